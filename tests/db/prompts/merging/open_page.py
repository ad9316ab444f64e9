"""Pages of a draft as browsers hold them: what they show, and what they post."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.unit.prompts.form_page import fields_of
from workbench.prompts.models import Draft


class OpenPage:
    """The workbench in one tab of one device: its fields go with every post."""

    def __init__(self, client: Client, draft: Draft) -> None:
        self.client, self.draft = client, draft
        answer = client.get(f"/t/acme/drafts/{draft.pk}/", follow=True)
        assert answer.status_code == 200
        self.html = answer.content.decode()
        form = self.html.partition('<form id="prompt-form"')[2].partition("</form>")[0]
        head = self.html.partition("<form id=")[0]
        names = ("name", "base")
        self.fields: dict[str, Any] = {}
        for name, value in [*[f for f in fields_of(head) if f[0] in names], *fields_of(form)]:
            self.fields.setdefault(name, []).append(value.replace("\r\n", "\n"))

    def post(self, path: str = "", *, htmx: bool = True, sequence: int = 0, **typed: str) -> Any:
        """Posts the whole form, after ``typed`` went into it; ``__`` stands for ``-`` in names."""
        self.fields |= {name.replace("__", "-"): [value] for name, value in typed.items()}
        headers = {"HX-Request": "true"} if htmx else {}
        if sequence:
            headers["X-Draft-Sequence"] = str(sequence)
        return self.client.post(
            f"/t/acme/drafts/{self.draft.pk}/{path}", self.fields, headers=headers
        )

    def decide(self, url: str, **changes: str) -> Any:
        """Opens a merge page and posts its form."""
        fields = fields_of_form(self.client.get(url).content.decode())
        return self.client.post(url, fields | changes)


def fields_of_form(html: str) -> dict[str, str]:
    """What a browser posts of the first form of a page."""
    form = html.partition('<form method="post" class="stack"')[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for name, value in fields_of(form):
        found.setdefault(name, value)
    return found
