"""Who wrote an imported version has no account here: every page says the name that came along."""

from __future__ import annotations

import pytest

from workbench.prompts.library.authors import latest_authors
from workbench.prompts.models import Prompt

from .library import imported, packed, small

AUTHOR = "Ada Elsewhere"
VERSION = "prompts/greeting/v0002.prompt.md"


@pytest.fixture
def prompt(acme, alice) -> Prompt:
    """An imported prompt whose latest version is Ada's and names a model that is gone."""
    text = f"---\nauthor: {AUTHOR}\nmodel: claude-3-opus-20240229\n---\n=== user\nGood morning\n"
    imported(packed(small(**{VERSION: text})), acme, alice)
    return Prompt.objects.get()


@pytest.mark.parametrize(
    "page",
    [
        "prompts/",
        "prompts/{}/details/",
        "prompts/{}/history/",
        "prompts/{}/versions/2/",
        "prompts/{}/versions/1/differences/2/",
        "retirements/",
        "search/?q=greeting",
    ],
)
def test_every_page_names_them(client_of, erin, prompt, page):
    answer = client_of(erin).get(f"/t/acme/{page.format(prompt.pk)}")
    assert answer.status_code == 200
    assert AUTHOR in answer.content.decode()


def test_an_account_is_called_as_it_is_now_and_as_it_was_once_it_is_gone(
    erins_access, alice, erin, prompt, saying
):
    prompt.save_version(saying("Mine"), alice, parent_number=2)
    type(alice).objects.filter(pk=alice.pk).update(name="Alice Anew")
    assert latest_authors(erins_access, [prompt.pk]) == {prompt.pk: "Alice Anew"}
    alice.delete()
    assert latest_authors(erins_access, [prompt.pk]) == {prompt.pk: "Alice"}
