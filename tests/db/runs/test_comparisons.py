"""Comparisons: their setup, several runs of one click, what is refused. No engine runs here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from workbench.accounts.models import Team, User
from workbench.catalogue import offers
from workbench.prompts.content import Content, Variable
from workbench.prompts.models import Draft, Prompt
from workbench.runs.engine import engine
from workbench.runs.models import Comparison, Run, State

from .test_runs_views import MESSAGE, make_run

ClientOf = Callable[[User], Client]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def draft(erin: User, acme: Team) -> Draft:
    content = Content.blank().with_body(messages=[{"role": "user", "content": "Hi"}])
    return Draft.objects.create(team=acme, user=erin, content=content.to_dict())


@pytest.fixture
def versions(draft: Draft, erin: User) -> Prompt:
    """The draft's prompt with two versions, made of other texts than the draft."""
    prompt = Prompt.objects.create(team=draft.team, name="Story", slug="story", created_by=erin)
    for text in ("First", "Second"):
        turns = [{"role": "user", "content": text}]
        prompt.save_version(Content.blank().with_body(messages=turns), erin, parent_number=None)
    draft.prompt, draft.base_number = prompt, 2
    draft.save()
    return prompt


@pytest.fixture
def editor(client_of: ClientOf, erin: User) -> Client:
    return client_of(erin)


def url(draft: Draft) -> str:
    return f"/t/acme/drafts/{draft.pk}/comparison/"


def form(*panes: dict[str, str], do: str = "run", key: str = "key-1") -> dict[str, Any]:
    """The form with these panes, by the names of their parameters."""
    fields: dict[str, Any] = {"do": do, "idempotency_key": key, "pane": []}
    for letter, pane in zip("abcde", panes, strict=False):
        fields["pane"].append(letter)
        fields |= {f"pane-{letter}-{name}": text for name, text in pane.items()}
    return fields


def sent() -> list[dict[str, Any]]:
    """The bodies of all runs, in the order of their panes."""
    return [run.request["body"] for run in Run.objects.order_by("pane", "pk")]


class TestSetup:
    def test_a_draft_alone_is_offered_twice(self, editor: Client, draft: Draft) -> None:
        page = editor.get(url(draft)).content.decode()
        assert page.count('name="pane" value') == 2
        assert "Version" not in page

    def test_a_changed_draft_is_offered_against_its_version(
        self, editor: Client, draft: Draft, versions: Prompt
    ) -> None:
        page = editor.get(url(draft)).content.decode()
        assert page.count('<option value="2" selected>Version 2</option>') == 1
        assert 'value="1">Version 1' in page

    @pytest.mark.parametrize(("do", "panes"), [("pane", 2), ("same", 2), ("other", 2), ("show", 1)])
    def test_buttons_change_the_setup_and_run_nothing(
        self, editor: Client, draft: Draft, do: str, panes: int
    ) -> None:
        answer = editor.post(url(draft), form({"max_tokens": "77"}, do=do), headers=FRAGMENT)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count('name="pane" value') == panes
        assert page.count('value="77"') == (2 if do in ("same", "other") else 1)
        assert not Run.objects.exists()

    def test_another_model_is_one_that_no_pane_has(self, editor: Client, draft: Draft) -> None:
        page = editor.post(url(draft), form({}, do="other")).content.decode()
        chosen = page.split('id="pane-b-model"')[1].split("selected")[0].rsplit('value="', 1)[1]
        assert chosen.split('"')[0] not in ("", "claude-opus-5-5")

    def test_a_pane_is_removed_but_never_the_last(self, editor: Client, draft: Draft) -> None:
        two = form({"max_tokens": "11"}, {"max_tokens": "22"}, do="remove-a")
        page = editor.post(url(draft), two).content.decode()
        assert 'value="22"' in page
        assert 'value="11"' not in page
        page = editor.post(url(draft), form({"max_tokens": "11"}, do="remove-a")).content.decode()
        assert 'value="11"' in page

    def test_only_what_the_model_takes_is_offered(self, editor: Client, draft: Draft) -> None:
        page = editor.get(url(draft)).content.decode()
        assert "pane-a-temperature" not in page
        assert offers("claude-opus-5-5", "2026-10-21")["temperature"].reason in page
        content = Content.blank().to_dict() | {"api_version": "2023-06-01"}
        content["body"] |= {"model": "claude-haiku-4-5"}
        Draft.objects.filter(pk=draft.pk).update(content=content)
        assert 'name="pane-a-temperature"' in editor.get(url(draft)).content.decode()

    def test_what_is_set_but_refused_can_be_left_out(self, editor: Client, draft: Draft) -> None:
        Draft.objects.filter(pk=draft.pk).update(
            content=Content.blank()
            .with_body(temperature=0.3, messages=[{"role": "user", "content": "Hi"}])
            .to_dict()
        )
        page = editor.get(url(draft)).content.decode()
        assert "As it is (0.3)" in page
        editor.post(url(draft), form({"temperature": "not set"}, {}))
        assert ["temperature" in body for body in sent()] == [False]

    @pytest.mark.parametrize("odd", ["0", "9", "x", "²", "9" * 30, "-1"])
    def test_an_unknown_version_is_said_at_the_field(
        self, editor: Client, draft: Draft, versions: Prompt, odd: str
    ) -> None:
        answer = editor.post(url(draft), form({"version": odd, "max_tokens": "5"}))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f"There is no version {odd[:20]} of this prompt" in page
        assert 'value="5"' in page
        assert not Comparison.objects.exists()

    @pytest.mark.parametrize("text", ["abc", "1.5", "<b>", "1e400", "NaN"])
    def test_letters_for_numbers_stay_in_the_field(
        self, editor: Client, draft: Draft, text: str
    ) -> None:
        answer = editor.post(url(draft), form({}, {"max_tokens": text}))
        assert answer.status_code == 422
        assert "Max tokens must be a whole number" in answer.content.decode()
        assert "<b>" not in answer.content.decode()
        assert not Run.objects.exists()

    def test_a_fifth_pane_is_said_and_nothing_is_run(self, editor: Client, draft: Draft) -> None:
        answer = editor.post(url(draft), form({}, {}, {}, {}, {}))
        assert answer.status_code == 422
        assert "at most 4 panes" in answer.content.decode()
        answer = editor.post(url(draft), form({}, {}, {}, {}, do="pane"))
        page = answer.content.decode()
        assert page.count('name="pane" value') == 4
        assert "at most 4 panes" in page
        assert not Run.objects.exists()

    def test_fields_that_no_page_sends_do_no_harm(self, editor: Client, draft: Draft) -> None:
        odd = {"pane": ["", "%", "\0"], "pane-%-model": "\0\0", "do": "remove-", "from": "x"}
        assert editor.post(url(draft), odd).status_code == 200
        assert editor.get(url(draft) + "?from=99999999999999999999").status_code == 200

    def test_the_setup_of_an_earlier_comparison_comes_back(
        self, editor: Client, draft: Draft
    ) -> None:
        editor.post(url(draft), form({"max_tokens": "61"}, {"max_tokens": "62"}))
        made = Comparison.objects.get()
        page = editor.get(url(draft) + f"?from={made.pk}").content.decode()
        assert 'value="61"' in page
        assert 'value="62"' in page
        assert f"/t/acme/comparisons/{made.pk}/" in page

    def test_the_editor_is_kept_on_the_way_to_the_setup(self, editor: Client, draft: Draft) -> None:
        typed = {"part": "turns", "turn-a-role": "user", "turn-a-text": "Typed just now"}
        path = url(draft) + "draft/"
        assert editor.post(path, typed)["Location"] == url(draft)
        draft.refresh_from_db()
        assert draft.content["body"]["messages"][0]["content"] == "Typed just now"
        assert editor.post(path, typed, headers=FRAGMENT)["HX-Redirect"] == url(draft)


class TestRunning:
    def test_every_pane_is_one_run(self, editor: Client, draft: Draft, versions: Prompt) -> None:
        answer = editor.post(
            url(draft),
            form({"version": "1"}, {}, {"model": "claude-haiku-5-5"}, {"max_tokens": "50"}),
        )
        made = Comparison.objects.get()
        assert answer["Location"] == f"/t/acme/comparisons/{made.pk}/"
        bodies = sent()
        assert [body["messages"][0]["content"] for body in bodies] == ["First", "Hi", "Hi", "Hi"]
        assert bodies[2]["model"] == "claude-haiku-5-5"
        assert bodies[3]["max_tokens"] == 50
        runs = list(Run.objects.order_by("pane"))
        assert [run.version_number for run in runs] == [1, None, None, None]
        assert {run.comparison_id for run in runs} == {made.pk}
        assert not draft.runs.exists(), "the workbench shows what its own Run button began"

    def test_a_double_click_starts_nothing_twice(self, editor: Client, draft: Draft) -> None:
        first = editor.post(url(draft), form({}, {}))
        second = editor.post(url(draft), form({}, {}))
        assert first["Location"] == second["Location"]
        assert Run.objects.count() == 2

    def test_an_edited_form_with_its_old_key_is_another_comparison(
        self, editor: Client, draft: Draft
    ) -> None:
        first = editor.post(url(draft), form({}, {}))
        second = editor.post(url(draft), form({}, {"max_tokens": "9"}))
        assert first["Location"] != second["Location"]
        assert Run.objects.count() == 4

    def test_a_refused_pane_says_why_and_the_others_run(self, editor: Client, draft: Draft) -> None:
        answer = editor.post(url(draft), form({}, {"max_tokens": "-1"}, {}))
        page = editor.get(answer["Location"]).content.decode()
        assert [run.pane for run in Run.objects.order_by("pane")] == [0, 2]
        assert Comparison.objects.get().panes[1]["refused"]
        assert page.count("Not sent") == 1
        assert Comparison.objects.get().panes[1]["refused"][0] in page.replace("&quot;", '"')

    def test_when_all_are_refused_nothing_is_stored(self, editor: Client, draft: Draft) -> None:
        answer = editor.post(url(draft), form({"max_tokens": "-2"}, {"max_tokens": "-1"}))
        assert answer.status_code == 422
        assert "Nothing was sent." in answer.content.decode()
        assert not Comparison.objects.exists()

    def test_a_variable_without_a_value_is_said_in_its_pane(
        self, editor: Client, draft: Draft
    ) -> None:
        turns = [{"role": "user", "content": "Hi {{name}}"}]
        content = Content.blank().with_body(messages=turns).to_dict()
        content["variables"] = [vars(Variable("name"))]
        Draft.objects.filter(pk=draft.pk).update(content=content)
        page = editor.get(url(draft)).content.decode()
        assert "Give {{name}} a value before you run this prompt." in page
        assert editor.post(url(draft), form({}, {})).status_code == 422

    def test_what_is_typed_in_the_draft_and_unusable_keeps_it_from_being_run(
        self, editor: Client, draft: Draft, versions: Prompt
    ) -> None:
        editor.post(f"/t/acme/drafts/{draft.pk}/", {"max_tokens": "many"})
        answer = editor.post(url(draft), form({}, {"version": "1"}))
        assert [run.pane for run in Run.objects.all()] == [1]
        assert "not “many”" in editor.get(answer["Location"]).content.decode()

    def test_a_server_about_to_stop_takes_no_comparison(
        self, editor: Client, draft: Draft, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engine, "is_draining", True)
        answer = editor.post(url(draft), form({}, {}))
        assert answer.status_code == 422
        assert "being restarted" in answer.content.decode()
        assert not Comparison.objects.exists()

    def test_htmx_is_led_to_the_panes(self, editor: Client, draft: Draft) -> None:
        answer = editor.post(url(draft), form({}, {}), headers=FRAGMENT)
        assert answer["HX-Redirect"] == f"/t/acme/comparisons/{Comparison.objects.get().pk}/"


@pytest.fixture
def comparison(draft: Draft, erin: User, acme: Team) -> Comparison:
    """Two panes that have ended and one that was refused."""
    panes = [
        {"version": "", "texts": {}, "key": "k", "refused": []},
        {"version": "", "texts": {"effort": "low"}, "key": "k", "refused": []},
        {"version": "", "texts": {}, "key": "k", "refused": ["<i>Too long.</i>"]},
    ]
    made = Comparison.objects.create(team=acme, user=erin, draft=draft, panes=panes)
    for number, text in enumerate(("Hello there", "Hello <b>you</b>")):
        message = MESSAGE | {"content": [{"type": "text", "text": text}]}
        make_run(acme, erin, comparison=made, pane=number, message=message)
    return made


def page_of(comparison: Comparison) -> str:
    return f"/t/acme/comparisons/{comparison.pk}/"


class TestPage:
    def test_the_whole_team_sees_it(
        self, client_of: ClientOf, bob: User, comparison: Comparison
    ) -> None:
        page = client_of(bob).get(page_of(comparison)).content.decode()
        assert "Hello there" in page
        assert "Effort low" in page or "effort low" in page
        assert "&lt;i&gt;Too long.&lt;/i&gt;" in page
        assert "Run again" not in page
        assert "Open as draft" not in page
        assert "sse-connect" not in page

    def test_one_stream_serves_all_panes_that_go_on(
        self, editor: Client, comparison: Comparison
    ) -> None:
        runs = list(comparison.runs.order_by("pane"))
        comparison.runs.update(state=State.STREAMING, message=None)
        page = editor.get(page_of(comparison)).content.decode()
        assert page.count("sse-connect") == 1
        assert f"/runs/{runs[0].pk}/stream/?runs={runs[1].pk}" in page
        assert "Stop all" in page

    def test_ids_are_unique(self, editor: Client, comparison: Comparison) -> None:
        page = editor.get(page_of(comparison)).content.decode()
        ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
        assert len(ids) == len(set(ids))

    def test_differences_are_those_against_a(self, editor: Client, comparison: Comparison) -> None:
        page = editor.get(page_of(comparison) + "?differences").content.decode()
        assert "<del> there</del>" in page
        assert "<ins> &lt;b&gt;you&lt;/b&gt;</ins>" in page
        assert "1 word inserted, 1 deleted." in page
        assert 'class="diff" hx-disable>Hello there</div>' in page

    def test_while_a_pane_goes_on_the_answers_are_shown(
        self, editor: Client, comparison: Comparison
    ) -> None:
        comparison.runs.filter(pane=0).update(state=State.STREAMING, message=None)
        page = editor.get(page_of(comparison) + "?differences").content.decode()
        assert 'class="diff"' not in page
        assert page.count('class="md"') == 2
        assert 'hx-trigger="comparison-over from:body"' in page

    def test_the_ending_of_a_pane_brings_no_buttons_of_its_own(
        self, editor: Client, comparison: Comparison
    ) -> None:
        run = comparison.runs.get(pane=1)
        here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page_of(comparison)}"}
        path = f"/t/acme/runs/{run.pk}/outcome/"
        answer = editor.get(path, headers=here)
        assert "Run again" not in answer.content.decode()
        assert f"run-{run.pk}-tools" not in answer.content.decode()
        assert f"run-{run.pk}-usage" in answer.content.decode()
        assert answer["HX-Trigger"] == "run-over, comparison-over"
        assert "Run again" in editor.get(path, headers=FRAGMENT).content.decode()

    @pytest.mark.parametrize(
        ("page", "has_buttons"),
        [
            ("https://behind-a-proxy.example/t/acme/comparisons/{}/?differences", False),
            ("http://testserver/t/comparisons/runs/1/", True),
            ("http://testserver/t/acme/comparisons/{}0/", True),
            ("http://[", True),
        ],
    )
    def test_only_its_own_comparison_takes_the_buttons_from_a_run(
        self, editor: Client, comparison: Comparison, page: str, has_buttons: bool
    ) -> None:
        run = comparison.runs.get(pane=1)
        here = {"HX-Request": "true", "HX-Current-URL": page.format(comparison.pk)}
        answer = editor.get(f"/t/acme/runs/{run.pk}/outcome/", headers=here)
        assert ("Run again" in answer.text) == has_buttons

    def test_stop_all_stops_what_goes_on(self, editor: Client, comparison: Comparison) -> None:
        comparison.runs.update(state=State.QUEUED)
        answer = editor.post(page_of(comparison) + "cancellation/")
        assert answer["Location"] == page_of(comparison)
        assert {run.state for run in comparison.runs.all()} == {State.CANCELLED}

    def test_stop_all_of_somebody_else_takes_an_admin(
        self, client_of: ClientOf, adam: User, alice: User, comparison: Comparison
    ) -> None:
        comparison.runs.update(state=State.QUEUED, user=alice)
        path = page_of(comparison) + "cancellation/"
        erin = User.objects.get(name="Erin")
        assert client_of(erin).post(path).status_code == 403
        assert client_of(adam).post(path, headers=FRAGMENT).status_code == 200
        assert {run.state for run in comparison.runs.all()} == {State.CANCELLED}

    def test_run_again_sends_what_was_sent(
        self, client_of: ClientOf, adam: User, comparison: Comparison
    ) -> None:
        turns = [{"role": "user", "content": "Hi"}]
        for run in comparison.runs.all():
            run.request["body"] |= {"max_tokens": 10 + run.pk, "messages": turns}
            run.save()
        comparison.panes = comparison.panes[:2]
        comparison.save()
        old = [run.request for run in comparison.runs.order_by("pane")]
        answer = client_of(adam).post(
            page_of(comparison) + "repetition/", {"idempotency_key": "again"}
        )
        made = Comparison.objects.latest("pk")
        assert answer["Location"] == page_of(made) != page_of(comparison)
        assert [run.request for run in made.runs.order_by("pane")] == old
        assert [pane["texts"] for pane in made.panes] == [{}, {"effort": "low"}]

    def test_there_is_nothing_to_run_again_without_runs(
        self, editor: Client, comparison: Comparison
    ) -> None:
        comparison.runs.all().delete()
        assert "This pane has no run" in editor.get(page_of(comparison)).content.decode()
        answer = editor.post(page_of(comparison) + "repetition/")
        assert answer.status_code == 422
        assert "nothing to run again" in answer.content.decode()

    def test_what_a_pane_has_sent_opens_as_a_draft_of_its_own(
        self, client_of: ClientOf, adam: User, comparison: Comparison
    ) -> None:
        run = comparison.runs.get(pane=1)
        answer = client_of(adam).post(f"/t/acme/runs/{run.pk}/draft/")
        made = Draft.objects.get(user=adam)
        assert answer["Location"] == f"/t/acme/drafts/{made.pk}/"
        assert made.parsed.body == run.request["body"]
        assert made.content["editor"]["is_changed"] is True
        assert client_of(adam).get(answer["Location"]).status_code == 200
