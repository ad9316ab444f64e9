"""Teams: made, renamed, set, switched between, deleted."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from workbench.accounts.models import AuditEvent, Invitation, Membership, Team, User
from workbench.prompts.content import Content
from workbench.prompts.models import Draft, Prompt
from workbench.runs.models import Run, RunChunk

SETTINGS = "/t/acme/settings/"
DELETION = "/t/acme/deletion/"


def test_anybody_signed_in_makes_a_team_and_owns_it(bob, client_of):
    answer = client_of(bob).post("/teams/", {"name": "  Lab \n one "})
    assert answer["Location"] == "/t/lab-one/members/"
    team = Team.objects.get(slug="lab-one")
    assert team.name == "Lab one"
    assert Membership.objects.get(team=team).role == "owner"
    assert AuditEvent.objects.get(action="team.create").team == team


def test_two_teams_of_one_name_have_two_addresses(bob, client_of):
    for address in ("/t/lab/members/", "/t/lab-2/members/"):
        assert client_of(bob).post("/teams/", {"name": "Lab"})["Location"] == address


@pytest.mark.parametrize("name", ["", " \t", "\x00", "a" * 101])
def test_a_name_that_cannot_be_is_refused_in_words(bob, client_of, name):
    answer = client_of(bob).post("/teams/", {"name": name})
    if name == "\x00":  # shown as the sign for what cannot be shown
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert Team.objects.count() == 1


def test_the_list_and_the_menu_have_my_teams_alone(acme, alice, charlie, client_of):
    page = client_of(alice).get("/teams/").text
    menu = client_of(alice).get("/teams/", headers={"HX-Request": "true"}).text
    for text in (page, menu):
        assert "/t/acme/prompts/" in text
        assert "elsewhere" not in text
    assert "<html" not in menu


def test_the_navigation_leads_to_the_team_and_to_other_teams(alice, client_of):
    page = client_of(alice).get("/t/acme/prompts/").text
    assert 'href="/t/acme/members/"' in page
    assert 'href="/teams/"' in page


def test_who_is_in_no_team_can_make_one(charlie, client_of):
    Membership.objects.all().delete()
    assert 'href="/teams/"' in client_of(charlie).get("/").text
    assert "You are in no team" in client_of(charlie).get("/teams/").text


def test_an_owner_renames_the_team_and_its_address_stays(acme, alice, client_of):
    answer = client_of(alice).post(SETTINGS, {"name": "Apex", "editors_share": "on"})
    assert answer["Location"] == SETTINGS
    acme.refresh_from_db()
    assert (acme.name, acme.slug, acme.editors_share) == ("Apex", "acme", True)
    event = AuditEvent.objects.get(action="team.rename")
    assert event.detail == {"before": "Acme", "after": "Apex"}
    assert not AuditEvent.objects.filter(action="team.settings").exists()


def test_an_admin_sets_the_team_but_does_not_rename_it(acme, adam, client_of):
    assert client_of(adam).post(SETTINGS, {"name": "Apex"}).status_code == 302
    acme.refresh_from_db()
    assert (acme.name, acme.editors_share) == ("Acme", False)
    event = AuditEvent.objects.get(action="team.settings")
    assert event.detail == {"before": {"editors_share": True}, "after": {"editors_share": False}}


def test_a_team_without_a_name_is_refused(alice, client_of):
    answer = client_of(alice).post(SETTINGS, {"name": ""})
    assert answer.status_code == 422
    assert "Give the team a name" in answer.text


def test_the_deletion_offers_an_export_first(alice, adam, client_of):
    assert 'href="/t/acme/files/"' in client_of(alice).get(DELETION).text
    assert client_of(adam).get(DELETION).status_code == 403
    assert DELETION not in client_of(adam).get(SETTINGS).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "acme"}, "not the team&#x27;s name"),
        ({"name": ""}, "not the team&#x27;s name"),
        ({"current_password": "wrong password"}, "not your current password"),
        ({"current_password": ""}, "This field is required"),
    ],
)
def test_a_team_is_not_deleted_by_half_an_answer(alice, client_of, password, fields, sentence):
    form = {"name": "Acme", "current_password": password} | fields
    answer = client_of(alice).post(DELETION, form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Team.objects.exists()


def test_wrong_passwords_are_counted(alice, client_of, password):
    client = client_of(alice)
    form = {"name": "Acme", "current_password": "wrong password"}
    for _ in range(10):
        assert client.post(DELETION, form).status_code == 422
    assert client.post(DELETION, form | {"current_password": password}).status_code == 429
    assert Team.objects.exists()


def test_a_team_goes_with_everything_in_it_and_its_audit_stays(
    acme, alice, charlie, client_of, password
):
    elsewhere = Team.objects.get(slug="elsewhere")
    for team, user in ((acme, alice), (elsewhere, charlie)):
        fill(team, user)
    before = counts(elsewhere)
    AuditEvent.objects.create(team=acme, actor=alice, action="token.create", target="CI")
    form = {"name": "Acme", "current_password": password}
    assert client_of(alice).post(DELETION, form)["Location"] == "/teams/"
    assert not Team.objects.filter(slug="acme").exists()
    assert set(counts(acme).values()) == {0}
    assert counts(elsewhere) == before
    assert AuditEvent.objects.get(action="token.create").team is None
    event = AuditEvent.objects.get(action="team.delete")
    assert (event.team, event.target, event.detail) == (None, "Acme", {"slug": "acme"})
    assert client_of(alice).get("/t/acme/members/").status_code == 404
    connection.check_constraints()


def fill(team: Team, user: User) -> None:
    """An invitation, a prompt of two versions, a label, a draft, and two runs, one going on."""
    Invitation.objects.create(
        team=team, token_hash=team.slug, role="viewer", invited_by=user, expires_at=timezone.now()
    )
    prompt = Prompt.objects.create(team=team, name="P", slug="p", created_by=user)
    version = prompt.save_version(Content.blank(), user, parent_number=None)
    prompt.save_version(Content.blank().with_body(max_tokens=7), user, parent_number=1)
    prompt.labels.create(team=team, name="production", version=version, moved_by=user)
    draft = Draft.objects.create(team=team, user=user, content=Content.blank().to_dict())
    for state in ("succeeded", "streaming"):
        run = Run.objects.create(
            team=team,
            user=user,
            draft=draft,
            prompt=prompt,
            request={},
            request_hash="0" * 64,
            model="claude-opus-5-5",
            upstream="simulator",
            idempotency_key=f"{state} of {team.pk}",
            state=state,
        )
        RunChunk.objects.create(run=run, seq=1, first=1, count=1, events=b"")


def counts(team: Team) -> dict[str, int]:
    return {
        "prompts": Prompt.objects.filter(team=team.pk).count(),
        "drafts": Draft.objects.filter(team=team.pk).count(),
        "runs": Run.objects.filter(team=team.pk).count(),
        "chunks": RunChunk.objects.filter(run__team=team.pk).count(),
        "members": Membership.objects.filter(team=team.pk).count(),
        "invitations": Invitation.objects.filter(team=team.pk).count(),
    }
