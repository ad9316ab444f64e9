"""Protected labels: who protects them, and that no door but an approved proposal moves them."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.db.prompts.files.library import exported, imported, problems_of
from workbench.accounts.models import AuditEvent, Membership, Team, User
from workbench.prompts.models import Label, LabelMove, Prompt, ProtectedLabel
from workbench.sharing.proposals import protecting

PAGE = "/t/acme/protected-labels/"


@pytest.fixture
def adams(client_of: Callable[[User], Client], adam: User) -> Client:
    return client_of(adam)


@pytest.fixture
def two(prompt: Prompt, erin: User) -> Prompt:
    """Erin's prompt with versions 1 and 2 and the label production on v1."""
    from workbench.prompts.content import Content

    prompt.save_version(Content.blank(), erin, parent_number=1)
    version = prompt.versions.get(number=1)
    Label.objects.create(team=prompt.team, prompt=prompt, name="production", version=version)
    return prompt


@pytest.fixture
def protected(acme: Team) -> ProtectedLabel:
    return ProtectedLabel.objects.create(team=acme, name="production")


def placed(prompt: Prompt) -> dict[str, int]:
    return {label.name: label.version.number for label in Label.objects.filter(prompt=prompt)}


def said(answer: Any, status: int) -> str:
    page: str = answer.content.decode()
    assert answer.status_code == status, page
    return page


class TestThePage:
    def test_an_admin_protects_a_name_and_lifts_that_again(self, adams, adam, acme):
        page = said(adams.post(PAGE, {"name": " Production "}, follow=True), 200)
        assert "“production” moves by an approved proposal alone now." in page
        row = ProtectedLabel.objects.get()
        assert (row.team, row.name, row.protected_by) == (acme, "production", adam)
        page = said(adams.post(f"{PAGE}lifting/", {"name": "production"}, follow=True), 200)
        assert "“production” is not protected any more" in page
        assert not ProtectedLabel.objects.exists()
        events = AuditEvent.objects.filter(action__startswith="label.").order_by("pk")
        assert [(each.action, each.target, each.actor) for each in events] == [
            ("label.protect", "production", adam),
            ("label.unprotect", "production", adam),
        ]

    @pytest.mark.parametrize("name", ["", "a b", "x" * 61, "<b>", "a\0b"])
    def test_a_name_that_cannot_be_stays_typed(self, adams, name):
        answer = adams.post(PAGE, {"name": name})
        assert "A label is 1 to 60 letters" in said(answer, 422)
        assert not ProtectedLabel.objects.exists()

    def test_twice_and_too_many_are_refused_with_a_sentence(self, adams, protected, acme):
        answer = adams.post(PAGE, {"name": "PRODUCTION"})
        assert "“production” is protected already." in said(answer, 422)
        ProtectedLabel.objects.bulk_create(
            ProtectedLabel(team=acme, name=f"l{number}") for number in range(protecting.MOST - 1)
        )
        assert "at most 50 labels" in said(adams.post(PAGE, {"name": "more"}), 422)

    def test_only_admins_of_the_team_protect(self, erins, client_of, bob, charlie, protected):
        for client, status in ((erins, 403), (client_of(bob), 403), (client_of(charlie), 404)):
            assert client.get(PAGE).status_code == status
            assert client.post(PAGE, {"name": "staging"}).status_code == status
            assert client.post(f"{PAGE}lifting/", {"name": "production"}).status_code == status
        assert [row.name for row in ProtectedLabel.objects.all()] == ["production"]


class TestDoors:
    @pytest.mark.parametrize(
        ("name", "fields"),
        [
            ("production", {"number": "2", "from": "1"}),
            ("PRODUCTION", {"number": "2", "from": "1"}),
            ("production", {"remove": "1", "from": "1"}),
            ("staging", {"number": "2"}),
        ],
    )
    def test_the_form_of_labels_refuses_and_leads_to_proposing(
        self, erins, adams, acme, two, protected, name, fields
    ):
        ProtectedLabel.objects.create(team=acme, name="staging")
        for client in (erins, adams):
            url = f"/t/acme/prompts/{two.pk}/labels/"
            page = said(client.post(url, {"name": name, **fields}), 422)
            assert "is protected in this team: propose the change" in page
            assert f"/t/acme/prompts/{two.pk}/proposal/?label={name}&amp;number=2" in page
        assert placed(two) == {"production": 1}
        assert not LabelMove.objects.exists()

    def test_other_labels_and_other_teams_are_free(self, erins, two, charlie):
        elsewhere = charlie.memberships.get().team
        ProtectedLabel.objects.create(team=elsewhere, name="production")
        url = f"/t/acme/prompts/{two.pk}/labels/"
        erins.post(url, {"name": "production", "number": "2", "from": "1"})
        erins.post(url, {"name": "staging", "number": "1"})
        assert placed(two) == {"production": 2, "staging": 1}

    def test_a_name_that_the_prompt_does_not_have_yet_is_offered_too(
        self, erins, client_of, bob, two, protected
    ):
        two.labels.all().delete()
        page = f"/t/acme/prompts/{two.pk}/versions/2/"
        address = f"/t/acme/prompts/{two.pk}/proposal/?label=production&amp;number=2"
        assert address in said(erins.get(page), 200)
        assert address not in said(client_of(bob).get(page), 200)
        assert "production" in said(erins.get(html.unescape(address)), 200)

    def test_the_pages_propose_where_they_would_move(self, erins, two, protected):
        page = said(erins.get(f"/t/acme/prompts/{two.pk}/versions/2/"), 200)
        assert "Propose production here" in page
        assert "Move production here" not in page
        page = said(erins.get(f"/t/acme/prompts/{two.pk}/versions/1/"), 200)
        assert "Remove the label production" not in page
        page = said(erins.get(f"/t/acme/prompts/{two.pk}/history/"), 200)
        assert 'Propose<span class="visually-hidden"> production' in page
        assert 'Move<span class="visually-hidden"> production' not in page

    @pytest.mark.parametrize("mode", ["update", "copies"])
    def test_an_import_neither_moves_nor_sets_one(self, acme, two, erin, protected, mode):
        Label.objects.update(version=two.versions.get(number=2))
        archive = exported(acme)
        Label.objects.update(version=two.versions.get(number=1))
        problems = problems_of(archive, acme, erin, mode)
        assert len(problems) == 1
        assert "the label “production” is protected in this team" in problems[0]
        assert placed(two) == {"production": 1}
        assert Prompt.objects.count() == 1

    def test_an_import_that_leaves_it_where_it_is_is_taken(self, acme, two, erin, protected):
        archive = exported(acme)
        Prompt.objects.update(description="Changed")
        imported(archive, acme, erin, "update")
        assert Prompt.objects.get().description == ""
        assert placed(two) == {"production": 1}

    @pytest.mark.parametrize("protects", ["acme", "labs"])
    def test_a_prompt_carries_none_to_another_team(self, erins, erin, two, protects, acme):
        labs = Team.objects.create(name="Labs", slug="labs")
        Membership.objects.create(team=labs, user=erin, role="editor")
        team = Team.objects.get(slug=protects)
        ProtectedLabel.objects.create(team=team, name="production")
        url = f"/t/acme/prompts/{two.pk}/transfer/"
        page = said(erins.post(url, {"team": "labs"}), 422)
        assert f"“production” is protected in {team.name}" in page
        two.refresh_from_db()
        assert (two.team, placed(two)) == (acme, {"production": 1})
        ProtectedLabel.objects.all().delete()
        said(erins.post(url, {"team": "labs"}, follow=True), 200)
        two.refresh_from_db()
        assert two.team == labs

    def test_a_copy_has_no_labels(self, erins, two, protected):
        erins.post(f"/t/acme/prompts/{two.pk}/copies/", {"history": "1"})
        assert Prompt.objects.count() == 2
        assert [label.prompt for label in Label.objects.all()] == [two]

    def test_only_an_admin_deletes_a_prompt_that_has_one(self, erins, adams, two, protected):
        erins.post(f"/t/acme/prompts/{two.pk}/archive/")
        url = f"/t/acme/prompts/{two.pk}/deletion/"
        assert erins.post(url, {"name": two.name}).status_code == 403
        assert placed(two) == {"production": 1}
        adams.post(url, {"name": two.name})
        assert not Prompt.objects.exists()
