"""Get code: of a draft, a version and a run; links, choices, downloads, and what cannot be sent."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from typing import Any

import pytest

from workbench.accounts.models import User
from workbench.export.targets import TARGETS
from workbench.prompts.content import Content, Variable
from workbench.prompts.models import Draft, Media
from workbench.runs.models import Run, State

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
RAW = "raw"
HOSTILE = "a\"'\\`${x}$(id)</script><b>{{OPEN}}\u2028 🙂 \n trailing  "
IMAGE = "00" * 32


def code_of(answer: Any) -> str:
    """The text of the program on a page or in a dialog."""
    found = re.search(r'<pre[^>]*id="code-text"[^>]*>(.*?)</pre>', answer.content.decode(), re.S)
    assert found, text_of(answer)
    return html.unescape(re.sub(r"<[^>]+>", "", found[1]))


def text_of(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def filled(draft: Draft, *variables: Variable, **body: Any) -> str:
    """Give the draft a content; returns the address of its code."""
    content = Content.blank().with_body(**body)
    content = Content(content.body, content.api_version, (), variables)
    draft.content = content.to_dict()
    draft.save()
    return f"/t/acme/drafts/{draft.pk}/code/"


def saying(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


@pytest.fixture
def run(erin: User, draft: Draft) -> Run:
    """A finished run of Erin's draft, with an odd request."""
    request = Content.blank().with_body(messages=saying(HOSTILE), max_tokens=77).to_request({})
    return Run.objects.create(
        team=draft.team,
        user=erin,
        draft=draft,
        request=request.to_dict(),
        request_hash="0" * 64,
        model="claude-opus-5-5",
        upstream="simulator",
        idempotency_key="key",
        state=State.SUCCEEDED,
        message={"role": "assistant", "content": [{"type": "text", "text": "Hi"}]},
    )


class TestDraft:
    def test_the_page_shows_what_run_would_send(self, erins, draft):
        url = filled(draft, messages=saying(HOSTILE))
        answer = erins.get(url, {"target": RAW})
        assert answer.status_code == 200
        assert json.loads(code_of(answer)) == draft.parsed.body
        assert "<b>{{OPEN}}" not in answer.content.decode()

    @pytest.mark.parametrize("target", list(TARGETS))
    @pytest.mark.parametrize("form", ["page", "dialog"])
    def test_every_target_has_a_page_and_a_dialog(self, erins, draft, target, form):
        url = filled(draft, messages=saying(HOSTILE))
        headers = HTMX if form == "dialog" else {}
        answer = erins.get(url, {"target": target, "streaming": "1"}, headers=headers)
        assert answer.status_code == 200
        assert "claude-" in code_of(answer)
        assert ("<html" in answer.content.decode()) == (form == "page")

    def test_a_post_from_the_editor_keeps_the_form_and_opens_the_dialog(self, erins, draft):
        erins.get(f"/t/acme/drafts/{draft.pk}/")
        turn = draft.parsed.body["messages"][0]
        assert turn["content"] == ""
        url = f"/t/acme/drafts/{draft.pk}/code/"
        answer = erins.post(url, {"name": "As typed"}, headers=HTMX)
        draft.refresh_from_db()
        assert draft.name == "As typed"
        page = answer.content.decode()
        assert 'id="code-dialog"' in page
        assert 'hx-swap-oob="innerHTML"' in page
        assert erins.post(url, {"name": "Again"})["Location"] == url

    def test_what_cannot_be_used_yet_is_said(self, erins, draft):
        draft.content["editor"] = {"typed": {"max_tokens": "many"}}
        draft.save()
        answer = erins.get(f"/t/acme/drafts/{draft.pk}/code/")
        assert answer.status_code == 200
        assert "This cannot be sent yet" in text_of(answer)
        assert 'id="code-text"' not in answer.content.decode()
        assert erins.get(f"/t/acme/drafts/{draft.pk}/code/files/").status_code == 404

    def test_values_are_filled_in_and_a_missing_one_leaves_arguments(self, erins, draft):
        url = filled(draft, Variable("NAME"), messages=saying("Dear {{NAME}}, {{OPEN}}"))
        answer = erins.get(url, {"target": RAW})
        assert "{{NAME}} has no value yet" in text_of(answer)
        assert "Dear {{NAME}}, {{OPEN}}" in code_of(answer)
        assert "Dear {{NAME}}" in code_of(erins.get(url, {"target": "curl"}))
        function = re.compile(r"def \w+\(\s*NAME\b")
        assert function.search(code_of(erins.get(url, {"target": "python-2"})))
        draft.values = {"NAME": "Ana"}
        draft.save()
        assert "Dear Ana, {{OPEN}}" in code_of(erins.get(url, {"target": RAW}))
        assert not function.search(code_of(erins.get(url, {"target": "python-2"})))
        asked = {"arguments": "1"}
        assert "Dear {{NAME}}" in code_of(erins.get(url, {"target": RAW} | asked))
        code = code_of(erins.get(url, {"target": "python-2"} | asked))
        assert re.search(r"NAME: str = ['\"]Ana", code), code
        curl = erins.get(url, {"target": "curl"} | asked)
        assert "Dear Ana, {{OPEN}}" in code_of(curl)
        assert 'id="code-arguments"' not in curl.content.decode()

    def test_files_are_sent_whole_and_a_missing_one_is_said(self, erins, draft, acme):
        source = {"type": "workbench_media", "sha256": IMAGE, "media_type": "text/plain"}
        turn = {"role": "user", "content": [{"type": "document", "source": source}]}
        url = filled(draft, messages=[turn])
        assert "not kept here any more" in text_of(erins.get(url, {"target": RAW}))
        Media.objects.create(
            team=acme, sha256=IMAGE, media_type="text/plain", size=5, bytes=b"Hello"
        )
        answer = erins.get(url, {"target": RAW})
        assert json.loads(code_of(answer))["messages"][0]["content"][0]["source"]["data"] == "Hello"

    def test_what_the_api_would_refuse_is_said_beside_the_code(self, erins, draft):
        url = filled(draft, messages=saying("Hi"), max_tokens=10**9)
        answer = erins.get(url, {"target": RAW})
        assert "The API would refuse this" in text_of(answer)
        assert "writes at most 128,000 tokens" in text_of(answer)
        assert code_of(answer)

    def test_the_simulator_is_told_apart(self, erins, draft):
        answer = erins.get(filled(draft, messages=saying("Hi")))
        assert "the built-in simulator answers" in text_of(answer)

    def test_json_with_a_long_text_has_its_colours(self, erins, draft):
        answer = erins.get(filled(draft, messages=saying("word " * 200)), {"target": RAW})
        assert '<span class="nt">"model"</span>' in answer.content.decode()

    def test_a_very_long_program_is_shown_by_its_beginning(self, erins, draft):
        url = filled(draft, messages=saying("x" * 300_000))
        answer = erins.get(url, {"target": RAW})
        assert len(code_of(answer)) <= 100_000
        assert "Only the beginning is shown" in text_of(answer)
        assert len(erins.get(f"{url}files/", {"target": RAW}).content) > 300_000

    def test_nobody_else_sees_it(self, client_of, adam, bob, charlie, draft):
        url = f"/t/acme/drafts/{draft.pk}/code/"
        for path in (url, f"{url}files/"):
            assert client_of(adam).get(path).status_code == 404
            assert client_of(bob).get(path).status_code == 403
            assert client_of(charlie).get(path).status_code == 404


class TestVersion:
    def test_a_link_shows_everybody_of_the_team_the_same(self, client_of, erin, bob, prompt):
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/code/?target={RAW}"
        pages = [client_of(user).get(url) for user in (erin, bob)]
        assert code_of(pages[0]) == code_of(pages[1])
        assert json.loads(code_of(pages[0])) == prompt.latest.parsed.body

    def test_strangers_and_versions_that_are_none_are_not_found(self, client_of, charlie, prompt):
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/code/"
        assert client_of(charlie).get(url).status_code == 404
        assert client_of(prompt.created_by).get(url.replace("/1/", "/9/")).status_code == 404

    def test_the_page_of_the_version_leads_to_it(self, erins, prompt):
        page = erins.get(f"/t/acme/prompts/{prompt.pk}/versions/1/").content.decode()
        assert f'href="/t/acme/prompts/{prompt.pk}/versions/1/code/"' in page


class TestRun:
    def test_it_is_exactly_what_was_sent(self, erins, run):
        answer = erins.get(f"/t/acme/runs/{run.pk}/code/", {"target": RAW})
        assert json.loads(code_of(answer)) == run.message_request.body
        page = erins.get(f"/t/acme/runs/{run.pk}/").content.decode()
        assert f'href="/t/acme/runs/{run.pk}/code/"' in page

    def test_a_viewer_reads_it_and_a_stranger_does_not(self, client_of, bob, charlie, run):
        url = f"/t/acme/runs/{run.pk}/code/"
        assert client_of(bob).get(url).status_code == 200
        assert client_of(charlie).get(url).status_code == 404


def marked(answer: Any) -> list[str]:
    """The words of the navigation that are marked as where the page is."""
    nav = answer.content.decode().partition('<nav class="nav"')[2].partition("</nav>")[0]
    return [
        re.sub(r"<[^>]+>", "", each).strip()
        for each in re.findall(r'aria-current="page">(.*?)</a>', nav, re.S)
    ]


def test_the_navigation_marks_where_the_code_belongs(erins, draft, prompt, run):
    for path, word in (
        (f"drafts/{draft.pk}/code/", "Library"),
        (f"prompts/{prompt.pk}/versions/1/code/", "Library"),
        (f"runs/{run.pk}/code/", "Runs"),
        (f"runs/{run.pk}/", "Runs"),
        ("prompts/", "Library"),
    ):
        assert marked(erins.get(f"/t/acme/{path}")) == [word], path


def test_the_request_of_a_run_opens_its_code_over_the_page(erins, run):
    path = f"/t/acme/runs/{run.pk}/request/"
    for page, place in ((path, "#over-page"), (f"/t/acme/drafts/{run.draft_id}/", "#over-editor")):
        headers = HTMX | {"HX-Current-URL": f"http://testserver{page}"}
        tab = erins.get(path, headers=headers).content.decode()
        url = f"/t/acme/runs/{run.pk}/code/"
        assert f'href="{url}" hx-get="{url}" hx-target="{place}"' in tab


class TestChoice:
    def test_it_is_remembered_for_the_person_alone(self, client_of, erins, bob, prompt, erin):
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/code/"
        last = list(TARGETS)[-1]
        answer = erins.post(url, {"target": last, "streaming": "1"})
        assert answer["Location"] == f"{url}?target={last}&streaming=1&client=" + (
            TARGETS[last].clients[0][0] if TARGETS[last].clients else "anthropic"
        )
        erin.refresh_from_db()
        assert erin.code_choice["target"] == last
        assert f'value="{last}" selected' in erins.get(url).content.decode()
        first = next(iter(TARGETS))
        assert f'value="{first}" selected' in client_of(bob).get(url).content.decode()

    def test_looking_at_a_link_changes_no_choice(self, erins, prompt, erin):
        erins.get(f"/t/acme/prompts/{prompt.pk}/versions/1/code/", {"target": RAW})
        erin.refresh_from_db()
        assert erin.code_choice == {}

    def test_htmx_gets_the_inside_of_the_dialog(self, erins, prompt):
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/code/"
        answer = erins.post(url, {"target": RAW}, headers=HTMX)
        assert "<dialog" not in answer.content.decode()
        assert code_of(answer)
        assert "HX-Replace-Url" not in answer
        alone = HTMX | {"HX-Current-URL": f"http://testserver{url}?target=x"}
        answer = erins.post(url, {"target": RAW}, headers=alone)
        assert answer["HX-Replace-Url"].startswith(f"{url}?target={RAW}")

    @pytest.mark.parametrize("query", ["target=no", "target=%00", "client=x&target=raw", "x=1"])
    def test_odd_links_show_some_code(self, erins, prompt, query):
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/code/?{query}"
        assert code_of(erins.get(url))

    def test_options_of_another_target_are_kept(self, erins, prompt):
        url = f"/t/acme/prompts/{prompt.pk}/versions/1/code/"
        page = erins.get(url, {"target": RAW, "tool_loop": "1", "errors": "1"}).content.decode()
        for name in ("tool_loop", "errors"):
            assert f'<input type="hidden" name="{name}" value="1">' in page


class TestFiles:
    def test_one_file_comes_as_it_is(self, erins, run):
        url = f"/t/acme/runs/{run.pk}/code/files/"
        page = erins.get(f"/t/acme/runs/{run.pk}/code/", {"target": "curl"})
        (path,) = re.findall(r'aria-label="([^"]+\.sh)"', page.content.decode())
        answer = erins.get(url, {"target": "curl", "path": path})
        assert answer.content.decode() == code_of(page)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_several_are_an_archive_with_the_same_bytes_each_time(self, erins, run):
        several = [
            answers
            for target in TARGETS
            for answers in [
                [erins.get(f"/t/acme/runs/{run.pk}/code/files/", {"target": target}) for _ in "12"]
            ]
            if answers[0]["Content-Type"] == "application/zip"
        ]
        assert several
        for first, second in several:
            assert first.content == second.content
            assert len(zipfile.ZipFile(io.BytesIO(first.content)).namelist()) > 1

    def test_a_file_that_is_none_is_not_found(self, erins, run):
        url = f"/t/acme/runs/{run.pk}/code/files/"
        assert erins.get(url, {"path": "../secret"}).status_code == 404


def test_the_number_of_queries_does_not_grow(erins, draft, django_assert_max_num_queries):
    for count in (1, 60):
        url = filled(draft, messages=saying("Hi") * count)
        with django_assert_max_num_queries(8):
            erins.get(url, {"target": RAW})
