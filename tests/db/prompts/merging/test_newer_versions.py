"""Two people on one prompt: the second to save decides what becomes of both texts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from workbench.accounts.access import access_to
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.opening import draft_of
from workbench.prompts.saving import make_prompt

SYSTEM, FIRST = "system__text", "turn__1__text"


@pytest.fixture
def mine(erins_access, prompt):
    """Erin's draft of Greeting, begun from version 1."""
    return draft_of(erins_access, prompt)


@pytest.fixture
def page(erins, mine, open_page):
    return open_page(erins, mine)


def merge_url(draft):
    return f"/t/acme/drafts/{draft.pk}/merge/"


def stored(draft):
    return Draft.objects.get(pk=draft.pk)


class TestSave:
    def test_it_leads_to_the_merge_and_saves_nothing(self, page, mine, prompt, alice, saying):
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        answer = page.post("versions/", **{FIRST: "Hello, you"})
        assert answer.headers["HX-Redirect"] == merge_url(mine)
        assert PromptVersion.objects.count() == 2
        assert stored(mine).parsed.body["messages"][0]["content"] == "Hello, you"
        html = page.client.get(merge_url(mine)).content.decode()
        assert "Alice saved v2 since you began from v1. Decide what becomes of both texts." in html

    def test_the_note_waits_for_the_version_after_the_merge(
        self, page, mine, prompt, alice, saying, open_page
    ):
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        page.post("versions/", **{SYSTEM: "Be kind.", "note": "Kinder"})
        page.decide(merge_url(mine))
        merged = open_page(page.client, mine)
        assert 'name="note" value="Kinder"' in merged.post("changes/").content.decode()
        merged.post("versions/", note="Kinder still")
        assert PromptVersion.objects.get(number=3).note == "Kinder still"
        again = merged.post("changes/", **{SYSTEM: "Be very kind."}).content.decode()
        assert 'name="note" value=""' in again

    def test_it_does_so_when_nothing_conflicts_too(self, page, mine, prompt, alice, saying):
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        answer = page.post("versions/", htmx=False, **{SYSTEM: "Be kind."})
        assert answer.headers["Location"] == merge_url(mine)
        html = page.client.get(merge_url(mine)).content.decode()
        assert "Nothing conflicts." in html
        assert "Turn 1: Alice’s change taken" in html
        assert "Your own changes stay: System prompt." in html

    def test_the_same_text_changes_nothing(self, page, prompt, alice, saying):
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        answer = page.post("versions/", **{FIRST: "Hi"})
        assert "Nothing changed since v2." in answer.headers["HX-Trigger"]
        assert PromptVersion.objects.count() == 2

    def test_all_who_saved_are_named(self, page, mine, prompt, alice, adam, saying):
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        prompt.save_version(saying("Hey"), adam, parent_number=2)
        page.post(**{FIRST: "Mine"})
        html = page.client.get(merge_url(mine)).content.decode()
        assert "Alice and Adam saved v2 to v3 since you began from v1." in html

    def test_an_older_tab_is_told_from_where_it_began(
        self, erins, erins_access, mine, prompt, alice, saying, post
    ):
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        draft_of(erins_access, prompt)  # another tab opens the prompt and shows version 2
        answer = post(erins, f"drafts/{mine.pk}/versions/", system__text="Mine", base="1")
        assert answer.headers["HX-Redirect"] == merge_url(mine)

    def test_the_notice_leads_to_the_merge(self, page, mine, prompt, alice, saying):
        prompt.save_version(saying("Hi"), alice, parent_number=1)
        html = page.post(**{FIRST: "Mine"}).content.decode()
        assert "Alice saved v2 while you edited v1" in html
        answer = page.post(**{FIRST: "Mine, too"}, show="merge")
        assert answer.headers["HX-Redirect"] == merge_url(mine)
        assert stored(mine).parsed.body["messages"][0]["content"] == "Mine, too"


class TestMerge:
    @pytest.fixture
    def meeting(self, page, prompt, alice, saying):
        """Version 2 of Alice and the draft of Erin, who changed the same line."""
        prompt.save_version(saying("Hi, Alice"), alice, parent_number=1)
        page.post(**{FIRST: "Hello, Erin", SYSTEM: "Be kind."})
        return page

    def test_nothing_is_stored_before_it_is_decided(self, meeting, mine):
        before = stored(mine).content
        assert meeting.client.get(merge_url(mine)).status_code == 200
        assert (stored(mine).content, stored(mine).base_number) == (before, 1)

    def test_both_texts_are_seen_and_both_are_chosen(self, meeting, mine):
        html = meeting.client.get(merge_url(mine)).content.decode()
        assert "Alice" in html
        assert "Erin" in html
        assert 'value="both" checked' in html

    def test_both_are_saved_as_the_next_version(self, meeting, mine, prompt, erins, open_page):
        answer = meeting.decide(merge_url(mine))
        assert answer.headers["Location"] == f"/t/acme/drafts/{mine.pk}/"
        draft = stored(mine)
        assert draft.base_number == 2
        assert draft.parsed.body["messages"][0]["content"] == "Hi, Alice\nHello, Erin"
        assert draft.parsed.body["system"] == "Be kind."
        page = open_page(erins, mine)
        assert "Your draft now holds both texts and begins from v2." in page.html
        page.post("versions/")
        version = PromptVersion.objects.get(number=3)
        assert (version.parent_number, version.author.name) == (2, "Erin")

    def test_a_text_of_ones_own_counts(self, meeting, mine):
        html = meeting.client.get(merge_url(mine)).content.decode()
        name = html.partition('<textarea class="mono" name="')[2].partition('"')[0]
        meeting.decide(merge_url(mine), **{name: "Hello,\r\nall"})
        assert stored(mine).parsed.body["messages"][0]["content"] == "Hello,\nall"

    def test_a_choice_that_is_none_is_the_one_that_drops_nothing(self, meeting, mine):
        html = meeting.client.get(merge_url(mine)).content.decode()
        name = html.partition('type="radio" name="')[2].partition('"')[0]
        meeting.decide(merge_url(mine), **{name: "nonsense"})
        assert stored(mine).parsed.body["messages"][0]["content"] == "Hi, Alice\nHello, Erin"

    def test_a_version_that_came_meanwhile_brings_the_page_again(
        self, meeting, mine, prompt, alice, saying
    ):
        html = meeting.client.get(merge_url(mine)).content.decode()
        name = html.partition('<textarea class="mono" name="')[2].partition('"')[0]
        seen = html.partition('name="seen" value="')[2].partition('"')[0]
        prompt.save_version(saying("Hey, Alice"), alice, parent_number=2)
        fields = {"seen": seen, name: "my own words"}
        answer = meeting.client.post(merge_url(mine), fields)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Alice saved v2 to v3" in page
        assert "my own words" in page
        assert stored(mine).base_number == 1

    def test_the_page_that_was_left_open_is_merged_too(self, meeting, mine):
        meeting.decide(merge_url(mine))
        meeting.post(**{FIRST: "Hello, Erin!"})
        text = stored(mine).parsed.body["messages"][0]["content"]
        assert text == "Hi, Alice\nHello, Erin!"
        assert stored(mine).base_number == 2

    def test_a_prompt_that_was_renamed_meanwhile_is_asked_about(self, meeting, mine, prompt):
        Prompt.objects.update(name="Renamed")
        html = meeting.client.get(merge_url(mine)).content.decode()
        assert "<h2>Name</h2>" in html

    def test_without_a_newer_version_it_leads_back(self, page, mine):
        html = page.client.get(merge_url(mine), follow=True).content.decode()
        assert "There is nothing to merge any more." in html

    def test_hostile_text_is_shown_as_text(self, page, mine, prompt, alice, saying):
        evil = "</textarea><script>alert(1)</script>"
        prompt.save_version(saying(evil), alice, parent_number=1)
        page.post(**{FIRST: f"mine {evil}"})
        html = page.client.get(merge_url(mine)).content.decode()
        assert "<script>alert(1)" not in html

    def test_it_is_the_authors_alone(self, client_of, alice, bob, charlie, mine):
        people = (alice, bob, charlie)
        assert [client_of(each).get(merge_url(mine)).status_code for each in people] == [
            404,
            403,
            404,
        ]
        assert [client_of(each).post(merge_url(mine)).status_code for each in people] == [
            404,
            403,
            404,
        ]


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_from_one_base_at_the_same_time_one_is_led_to_the_merge(
    alice, erin, acme, client_of, saying, post
):
    for round_ in range(5):
        prompt = make_prompt(acme.pk, f"Race {round_}", alice)
        prompt.save_version(saying("Hello"), alice, parent_number=None)
        people = {user: draft_of(access_to(user.pk, "acme"), prompt) for user in (alice, erin)}
        texts = {alice: "Hello, Alice", erin: "Hello, Erin"}
        clients = {user: client_of(user) for user in people}

        def save(user, people=people, clients=clients, texts=texts):
            try:
                fields = {FIRST: texts[user], "base": "1", "name": "x"}
                return post(clients[user], f"drafts/{people[user].pk}/versions/", **fields)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            answers = dict(zip(people, pool.map(save, people), strict=True))
        versions = PromptVersion.objects.filter(prompt=prompt)
        assert versions.count() == 2
        led = [user for user in people if "HX-Redirect" in answers[user].headers]
        saved = [user for user in people if user not in led]
        assert (len(led), len(saved)) == (1, 1)
        kept = stored(people[led[0]]).parsed.body["messages"][0]["content"]
        assert kept == texts[led[0]]
        newest = versions.get(number=2).parsed.body["messages"][0]["content"]
        assert newest == texts[saved[0]]


@pytest.mark.django_db(transaction=True)
def test_two_devices_that_store_at_the_same_time_lose_nothing(erin, acme, client_of, open_page):
    from workbench.prompts.content import Content

    lines = [f"line {number}" for number in range(6)]
    turns = [{"role": "user", "content": "\n".join(lines)}]
    content = Content.blank().with_body(messages=turns).to_dict()
    draft = Draft.objects.create(team=acme, user=erin, content=content)
    pages = [open_page(client_of(erin), draft) for _ in lines]

    def write(place):
        try:
            for step in range(4):
                mine = [*lines]
                mine[place] += "!" * (step + 1)
                answer = pages[place].post(**{FIRST: "\n".join(mine)})
                assert answer.status_code == 200
        finally:
            connection.close()

    with ThreadPoolExecutor(len(lines)) as pool:
        list(pool.map(write, range(len(lines))))
    text = stored(draft).parsed.body["messages"][0]["content"]
    assert text == "\n".join(f"{line}!!!!" for line in lines)
