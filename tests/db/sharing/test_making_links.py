"""Making, seeing once, listing and revoking links, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.accounts.models import AuditEvent, Team, User
from workbench.accounts.unguessable import digest
from workbench.prompts.library.moving import move
from workbench.prompts.models import Prompt
from workbench.prompts.saving import make_prompt
from workbench.runs.models import Comparison, Run
from workbench.sharing.links import making
from workbench.sharing.links.forms import TOO_SHORT
from workbench.sharing.links.rights import NOT_ALLOWED, NOT_OWN
from workbench.sharing.models import ShareLink

from .marked import CONTENT, run_of

ClientOf = Callable[[User], Client]
Share = Callable[..., str]
GOOD = {"which": "version", "shows_system": "on", "days": "1"}


def test_a_link_is_shown_once_and_only_its_hash_is_kept(
    share: Share, prompt: Prompt, erins: Client, stranger: Client
) -> None:
    path = share(f"prompts/{prompt.pk}/versions/1/")
    token = path.split("/")[2]
    link = ShareLink.objects.get()
    assert link.token_hash == digest(token)
    assert (link.version_number, link.last4) == (1, token[-4:])
    assert path not in erins.get("/t/acme/links/").content.decode()
    assert stranger.get(path).status_code == 200
    told = [(event.action, event.target, event.detail) for event in AuditEvent.objects.all()]
    assert ("link.create", "Weather") in [event[:2] for event in told]
    assert token not in str(told)
    assert token not in str(list(erins.session.items()))


def test_the_dialog_makes_it_without_leaving_the_page(prompt: Prompt, erins: Client) -> None:
    url = f"/t/acme/prompts/{prompt.pk}/versions/1/links/"
    htmx = {"HX-Request": "true"}
    opened = erins.get(url, headers=htmx).content.decode()
    assert "<dialog" in opened
    assert "<html" not in opened
    made = erins.post(url, GOOD, headers=htmx)
    assert made.status_code == 200
    assert "/s/" in made.content.decode()
    assert "new_share_link" not in erins.session


def test_what_was_chosen_is_kept(share: Share, prompt: Prompt, run: Run) -> None:
    share(f"prompts/{prompt.pk}/", which="latest", days="never", password="open sesame")
    latest = ShareLink.objects.get()
    assert (latest.version_number, latest.expires_at) == (None, None)
    assert latest.password.startswith("argon2")
    share(f"runs/{run.pk}/", shows_system="", shows_variables="")
    link = ShareLink.objects.latest("pk")
    assert (link.run_id, link.shows_system, link.shows_variables) == (run.pk, False, False)
    assert link.expires_at is not None
    assert timedelta(days=6) < link.expires_at - timezone.now() <= timedelta(days=7)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"days": ""}, "Choose when the link expires."),
        ({"days": "365"}, "Select a valid choice"),
        ({"which": "both"}, "Select a valid choice"),
        ({"password": "short"}, TOO_SHORT),
        ({"password": "x" * 129}, "128 characters at most"),
    ],
)
def test_a_bad_form_says_what_is_wrong(
    fields: dict[str, str], sentence: str, prompt: Prompt, erins: Client
) -> None:
    url = f"/t/acme/prompts/{prompt.pk}/versions/1/links/"
    answer = erins.post(url, GOOD | fields)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ShareLink.objects.exists()


def test_a_team_has_so_many_open_links(
    prompt: Prompt, erins: Client, monkeypatch: pytest.MonkeyPatch, share: Share
) -> None:
    monkeypatch.setattr(making, "MOST", 1)
    share(f"prompts/{prompt.pk}/versions/1/")
    answer = erins.post(f"/t/acme/prompts/{prompt.pk}/versions/1/links/", GOOD)
    assert answer.status_code == 422
    assert "revoke one" in answer.content.decode()
    ShareLink.objects.update(revoked_at=timezone.now())
    share(f"prompts/{prompt.pk}/versions/1/")


def test_editors_share_their_own_and_admins_everything(
    alice: User,
    acme: Team,
    erin: User,
    adam: User,
    erins: Client,
    client_of: ClientOf,
    share: Share,
) -> None:
    foreign = make_prompt(acme.pk, "Alice's", alice)
    foreign.save_version(CONTENT, alice, parent_number=None)
    run = run_of(erin, foreign)
    for path in (f"prompts/{foreign.pk}/", f"prompts/{foreign.pk}/versions/1/", f"runs/{run.pk}/"):
        url = f"/t/acme/{path}links/"
        assert NOT_OWN in erins.get(url).content.decode()
        assert erins.post(url, GOOD).status_code == 403
    assert not ShareLink.objects.exists()
    share(f"prompts/{foreign.pk}/", client_of(adam))
    foreign.save_version(CONTENT.with_body(max_tokens=1), erin, parent_number=1)
    share(f"prompts/{foreign.pk}/")
    share(f"runs/{run.pk}/")


def test_a_comparison_with_a_prompt_of_somebody_else_is_not_ones_own(
    alice: User, acme: Team, erin: User, erins: Client, prompt: Prompt, share: Share
) -> None:
    comparison = Comparison.objects.create(team=acme, user=erin, panes=[{}])
    run_of(erin, prompt, comparison=comparison, pane=0)
    share(f"comparisons/{comparison.pk}/")
    foreign = make_prompt(acme.pk, "Alice's", alice)
    run_of(erin, foreign, comparison=comparison, pane=1)
    assert erins.post(f"/t/acme/comparisons/{comparison.pk}/links/", GOOD).status_code == 403


def test_a_team_may_leave_links_to_its_admins(
    prompt: Prompt, acme: Team, adam: User, erins: Client, client_of: ClientOf, share: Share
) -> None:
    Team.objects.filter(pk=acme.pk).update(editors_share=False)
    url = f"/t/acme/prompts/{prompt.pk}/versions/1/links/"
    assert NOT_ALLOWED in erins.get(url).content.decode()
    assert erins.post(url, GOOD).status_code == 403
    share(f"prompts/{prompt.pk}/versions/1/", client_of(adam))


def test_a_link_is_revoked_by_its_maker_and_by_admins(
    alice: User, adam: User, prompt: Prompt, erins: Client, client_of: ClientOf, share: Share
) -> None:
    path = share(f"prompts/{prompt.pk}/versions/1/", client_of(adam))
    link = ShareLink.objects.get()
    url = f"/t/acme/links/{link.pk}/revocation/"
    assert erins.post(url).status_code == 403
    assert Client().get(path).status_code == 200
    for _ in range(2):
        assert client_of(alice).post(url).status_code == 302
    assert Client().get(path).status_code == 404
    assert AuditEvent.objects.filter(action="link.revoke").count() == 1


def test_viewers_and_strangers_have_no_part_in_it(
    bob: User, charlie: User, prompt: Prompt, client_of: ClientOf, share: Share
) -> None:
    share(f"prompts/{prompt.pk}/versions/1/")
    link = ShareLink.objects.get()
    for user, status in ((bob, 403), (charlie, 404)):
        client = client_of(user)
        assert client.get("/t/acme/links/").status_code == status
        assert client.post(f"/t/acme/links/{link.pk}/revocation/").status_code == status
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/links/"
        assert client.post(url, GOOD).status_code == status
    assert ShareLink.objects.get().revoked_at is None


def test_the_list_says_what_is_shared_in_a_constant_number_of_queries(
    acme: Team, prompt: Prompt, run: Run, erin: User, erins: Client
) -> None:
    def add(count: int) -> None:
        for number in range(count):
            what: Any = {"run": run} if number % 2 else {"prompt": prompt, "version_number": 1}
            ShareLink.objects.create(
                team=acme, token_hash=str(ShareLink.objects.count()), created_by=erin, **what
            )

    add(2)
    erins.get("/t/acme/links/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert "Weather" in erins.get("/t/acme/links/").content.decode()
    add(58)
    with CaptureQueriesContext(connection) as many:
        page = erins.get("/t/acme/links/").content.decode()
    assert len(few) == len(many)
    assert not any('"request"' in query["sql"] for query in many)
    assert "Older links" in page
    older = erins.get("/t/acme/links/", {"before": str(ShareLink.objects.order_by("pk")[9].pk)})
    assert older.content.decode().count('scope="row"') == 9


def test_a_link_ends_when_its_prompt_moves_to_another_team(
    prompt: Prompt, erin: User, share: Share, rf: Any
) -> None:
    from workbench.accounts.access import access_to
    from workbench.accounts.models import Membership

    other = Team.objects.create(name="Other", slug="other")
    Membership.objects.create(team=other, user=erin, role="editor")
    path = share(f"prompts/{prompt.pk}/versions/1/")
    request = rf.post("/")
    request.user, request.access = erin, access_to(erin.pk, "acme")
    move(request, prompt.pk, other)
    assert Client().get(path).status_code == 404
