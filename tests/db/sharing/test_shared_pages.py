"""What a reader of a link sees, and all that they must not see."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from workbench.accounts.models import Membership, Team, User
from workbench.prompts.content import Content
from workbench.prompts.media.sources import kept_source
from workbench.prompts.models import Media, Prompt
from workbench.runs.models import Comparison, Run, State
from workbench.sharing.models import ShareLink

from .marked import CONTENT, DEFAULT, NEVER, SYSTEM, VALUE, run_of

ClientOf = Callable[[User], Client]
Share = Callable[..., str]
HASH = "a" * 64
OTHER_HASH = "b" * 64


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_a_version_is_shown_as_it_is_and_nothing_around_it(
    prompt: Prompt, share: Share, stranger: Client
) -> None:
    page = read(stranger, share(f"prompts/{prompt.pk}/versions/1/"))
    for part in ("Weather", SYSTEM, "TURN-MARK in {{CITY}}", DEFAULT, "claude-opus-5-5"):
        assert part in page
    for part in (*NEVER, "Erin", "Acme", "/t/", "<script", "hx-get", "hx-post"):
        assert part not in page


def test_its_answer_is_kept_by_nobody(prompt: Prompt, share: Share, stranger: Client) -> None:
    answer = stranger.get(share(f"prompts/{prompt.pk}/versions/1/"))
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert not answer.cookies


def test_a_link_to_a_version_never_shows_a_later_one(
    prompt: Prompt, erin: User, share: Share, stranger: Client
) -> None:
    one = share(f"prompts/{prompt.pk}/versions/1/")
    latest = share(f"prompts/{prompt.pk}/versions/1/", which="latest")
    before = read(stranger, one)
    content = CONTENT.with_body(messages=[{"role": "user", "content": "LATER-MARK"}])
    prompt.save_version(content, erin, parent_number=1)
    assert read(stranger, one) == before
    assert "v2" not in before
    page = read(stranger, latest)
    assert "LATER-MARK" in page
    assert "TURN-MARK" not in page


@pytest.mark.parametrize("shows_system", ["on", ""])
@pytest.mark.parametrize("shows_variables", ["on", ""])
@pytest.mark.parametrize("kind", ["version", "run", "comparison"])
def test_what_was_not_chosen_is_nowhere_in_the_page(
    kind: str,
    shows_system: str,
    shows_variables: str,
    prompt: Prompt,
    run: Run,
    acme: Team,
    erin: User,
    share: Share,
    stranger: Client,
) -> None:
    comparison = Comparison.objects.create(
        team=acme, user=erin, name=f"On {SYSTEM} {VALUE}", panes=[{}, {"refused": [SYSTEM]}]
    )
    Run.objects.filter(pk=run.pk).update(comparison=comparison, pane=0)
    paths = {
        "version": f"prompts/{prompt.pk}/versions/1/",
        "run": f"runs/{run.pk}/",
        "comparison": f"comparisons/{comparison.pk}/",
    }
    path = share(paths[kind], shows_system=shows_system, shows_variables=shows_variables)
    page = read(stranger, path)
    assert (SYSTEM in page) == bool(shows_system)
    values = (DEFAULT,) if kind == "version" else (VALUE, DEFAULT)
    for value in values:
        assert (value in page) == bool(shows_variables)
    assert ("TURN-MARK" in page) == (kind != "comparison")
    assert ("ANSWER-MARK" in page) == (kind != "version")
    for part in (*NEVER, f"run-{run.pk}-"):
        assert part not in page


def test_a_request_whose_values_cannot_be_told_is_left_out_without_variables(
    prompt: Prompt, erin: User, share: Share, stranger: Client
) -> None:
    """Of a draft whose default was another one by then, or of a conversation that went on."""
    request = CONTENT.prepared({"CITY": VALUE, "DAY": "UNKNOWN-MARK"}, "simulator").request
    turns = [*request.body["messages"], {"role": "user", "content": "HISTORY-MARK"}]
    stored = {**request.to_dict(), "body": {**request.body, "messages": turns}}
    run = run_of(erin, prompt, request=stored)
    page = read(stranger, share(f"runs/{run.pk}/", shows_variables=""))
    for part in ("UNKNOWN-MARK", "HISTORY-MARK", "TURN-MARK", VALUE):
        assert part not in page
    assert "The request is not shown" in page
    assert "HISTORY-MARK" in read(stranger, share(f"runs/{run.pk}/"))


def test_a_run_that_goes_on_shows_its_state_and_a_plain_link(
    prompt: Prompt, erin: User, share: Share, stranger: Client
) -> None:
    run = run_of(erin, prompt, state=State.STREAMING, message=None)
    path = share(f"runs/{run.pk}/")
    page = read(stranger, path)
    assert "Streaming" in page
    assert '<a href="">Reload</a>' in page
    assert "sse-connect" not in page
    Run.objects.filter(pk=run.pk).update(
        state=State.SUCCEEDED,
        message={"role": "assistant", "content": [{"type": "text", "text": "DONE-MARK"}]},
    )
    assert "DONE-MARK" in read(stranger, path)


def test_a_failure_tells_nothing_of_the_account(
    prompt: Prompt, erin: User, share: Share, stranger: Client
) -> None:
    error = {"sentence": "ERROR-MARK: key …1234", "excerpt": "ERROR-MARK"}
    run = run_of(erin, prompt, state=State.FAILED, error=error, error_kind="upstream", message=None)
    page = read(stranger, share(f"runs/{run.pk}/"))
    assert "Failed" in page
    assert "ERROR-MARK" not in page


def test_wrong_revoked_expired_and_gone_are_one_answer(
    prompt: Prompt, run: Run, share: Share, stranger: Client
) -> None:
    paths = [share(f"prompts/{prompt.pk}/versions/1/") for _ in range(2)]
    paths += [share(f"runs/{run.pk}/"), f"/s/{'x' * 43}/", "/s/x/"]
    revoked, expired, _ = ShareLink.objects.order_by("pk")
    ShareLink.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())
    past = timezone.now() - timedelta(seconds=1)
    ShareLink.objects.filter(pk=expired.pk).update(expires_at=past)
    run.delete()
    for below in ("", "password/", f"media/{HASH}/"):
        answers = [stranger.get(path + below) for path in paths]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert answers[0]["Referrer-Policy"] == "no-referrer"


def test_a_deleted_team_has_no_links(
    acme: Team, prompt: Prompt, share: Share, stranger: Client
) -> None:
    path = share(f"prompts/{prompt.pk}/versions/1/")
    wrong = stranger.get(f"/s/{'x' * 43}/")
    acme.delete()
    answer = stranger.get(path)
    assert (answer.status_code, answer.content) == (404, wrong.content)


def test_views_of_others_are_counted(
    prompt: Prompt,
    share: Share,
    stranger: Client,
    erins: Client,
    charlie: User,
    client_of: ClientOf,
) -> None:
    path = share(f"prompts/{prompt.pk}/versions/1/")
    stranger.head(path)
    erins.get(path)
    link = ShareLink.objects.get()
    assert (link.views, link.last_viewed_at) == (0, None)
    stranger.get(path)
    client_of(charlie).get(path)
    link.refresh_from_db()
    assert link.views == 2
    assert link.last_viewed_at is not None


@pytest.mark.django_db(transaction=True)
def test_views_at_the_same_time_are_all_counted(prompt: Prompt, share: Share) -> None:
    path = share(f"prompts/{prompt.pk}/versions/1/")

    def view(_: int) -> int:
        try:
            return Client().get(path).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(view, range(12))) == {200}
    assert ShareLink.objects.get().views == 12


def test_a_password_opens_one_link_for_an_hour(
    prompt: Prompt, run: Run, share: Share, stranger: Client
) -> None:
    path = share(f"prompts/{prompt.pk}/versions/1/", password="open sesame")
    other = share(f"runs/{run.pk}/", password="open sesame")
    answer = stranger.get(path)
    assert answer["Location"] == f"{path}password/"
    page = stranger.get(f"{path}password/")
    assert "Weather" not in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert stranger.get(f"{path}media/{HASH}/").status_code == 404
    assert stranger.post(f"{path}password/", {"password": "wrong one"}).status_code == 422
    assert ShareLink.objects.order_by("pk")[0].views == 0
    opened = stranger.post(f"{path}password/", {"password": "open sesame"})
    assert opened["Location"] == path
    cookie = opened.cookies["workbench-link"]
    assert (cookie["path"], cookie["max-age"], cookie["httponly"]) == (path, 3600, True)
    assert "Weather" in read(stranger, path)
    assert stranger.get(other).status_code == 302  # the test client sends the cookie everywhere
    stranger.cookies["workbench-link"] = cookie.value[:-1] + "x"
    assert stranger.get(path).status_code == 302


def test_guesses_of_a_password_are_throttled(
    prompt: Prompt, share: Share, stranger: Client
) -> None:
    path = share(f"prompts/{prompt.pk}/versions/1/", password="open sesame")
    for _ in range(10):
        assert stranger.post(f"{path}password/", {"password": "wrong"}).status_code == 422
    answer = stranger.post(f"{path}password/", {"password": "open sesame"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert stranger.get(path).status_code == 302
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post(f"{path}password/", {"password": "open sesame"}).status_code == 302


def test_files_of_the_shared_content_alone_are_given_out(
    acme: Team, erin: User, prompt: Prompt, share: Share, stranger: Client
) -> None:
    for sha256 in (HASH, OTHER_HASH):
        Media.objects.create(team=acme, sha256=sha256, media_type="image/png", size=2, bytes=b"hi")
    image = {"type": "image", "source": kept_source(HASH, "image/png")}
    system = [{"type": "image", "source": kept_source(OTHER_HASH, "image/png")}]
    content = CONTENT.with_body(messages=[{"role": "user", "content": [image]}], system=system)
    prompt.save_version(content, erin, parent_number=1)
    path = share(f"prompts/{prompt.pk}/versions/2/", shows_system="")
    assert f'src="{path}media/{HASH}/"' in read(stranger, path)
    answer = stranger.get(f"{path}media/{HASH}/")
    assert (answer.content, answer["Content-Type"]) == (b"hi", "image/png")
    assert answer["Cache-Control"] == "no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert stranger.get(f"{path}media/{OTHER_HASH}/").status_code == 404
    assert stranger.get(f"{path}media/{'c' * 64}/").status_code == 404
    ShareLink.objects.update(revoked_at=timezone.now())
    assert stranger.get(f"{path}media/{HASH}/").status_code == 404


def test_a_reader_copies_what_they_see_to_a_team_of_theirs(
    acme: Team, erin: User, prompt: Prompt, charlie: User, client_of: ClientOf, share: Share
) -> None:
    Media.objects.create(team=acme, sha256=HASH, media_type="image/png", size=2, bytes=b"hi")
    image = {"type": "image", "source": kept_source(HASH, "image/png")}
    content = CONTENT.with_body(messages=[{"role": "user", "content": [image]}])
    prompt.save_version(content, erin, parent_number=1)
    path = share(f"prompts/{prompt.pk}/versions/2/", shows_system="", shows_variables="")
    charlies = client_of(charlie)
    assert "Elsewhere" in charlies.get(f"{path}copy/").content.decode()
    answer = charlies.post(f"{path}copy/", {"team": "elsewhere"})
    made = Prompt.objects.get(team__slug="elsewhere")
    assert answer["Location"] == f"/t/elsewhere/prompts/{made.pk}/"
    assert charlies.get(answer["Location"]).status_code == 200
    assert made.name == "Weather"
    stored = str(made.latest.content)
    for part in (SYSTEM, DEFAULT, *NEVER):
        assert part not in stored
    assert Media.objects.get(team=made.team, sha256=HASH).bytes == b"hi"


def test_nobody_copies_into_a_team_where_they_do_not_edit(
    acme: Team, prompt: Prompt, charlie: User, bob: User, client_of: ClientOf, share: Share
) -> None:
    path = share(f"prompts/{prompt.pk}/versions/1/")
    before = Prompt.objects.count()
    for user, team in ((charlie, "acme"), (bob, "acme"), (charlie, "nowhere"), (charlie, "")):
        assert client_of(user).post(f"{path}copy/", {"team": team}).status_code == 422
    assert "editor of no team" in client_of(bob).get(f"{path}copy/").content.decode()
    assert Client().post(f"{path}copy/", {"team": "elsewhere"})["Location"].startswith("/sign-in/")
    ShareLink.objects.update(revoked_at=timezone.now())
    assert client_of(charlie).post(f"{path}copy/", {"team": "elsewhere"}).status_code == 404
    assert Prompt.objects.count() == before


def test_one_copies_into_the_chosen_of_several_teams(
    prompt: Prompt, run: Run, charlie: User, client_of: ClientOf, share: Share
) -> None:
    second = Team.objects.create(name="Second", slug="second")
    Membership.objects.create(team=second, user=charlie, role="editor")
    path = share(f"runs/{run.pk}/")
    client_of(charlie).post(f"{path}copy/", {"team": "second"})
    [made] = Prompt.objects.filter(team=second)
    body = made.latest.parsed.body
    assert body["messages"] == [{"role": "user", "content": f"TURN-MARK in {VALUE} on {DEFAULT}?"}]


def test_hostile_text_stays_text(acme: Team, erin: User, share: Share, stranger: Client) -> None:
    from workbench.prompts.saving import make_prompt

    hostile = '"><script>alert(1)</script></title><img src=//evil.example onerror=alert(1)>'
    prompt = make_prompt(acme.pk, hostile, erin)
    content = Content.blank().with_body(
        model=hostile, system=hostile, messages=[{"role": hostile, "content": hostile}], odd=hostile
    )
    prompt.save_version(content, erin, parent_number=None)
    answer = stranger.get(share(f"prompts/{prompt.pk}/versions/1/"))
    page = answer.content.decode()
    assert page.count("&lt;script&gt;") >= 4
    assert not re.search(r"<script|<img|<title>[^<]*</title>.*</title>", page)
