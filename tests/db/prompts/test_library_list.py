"""The list of prompts narrowed, ordered and paged: each state of it has a URL."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import Membership, User
from workbench.prompts.library.listing import PAGE_SIZE
from workbench.prompts.library.words import LOOKED_THROUGH
from workbench.prompts.models import Label, Prompt, Star
from workbench.prompts.saving import make_prompt

URL = "/t/acme/prompts/"
ROW = re.compile(r'<th scope="row"[^>]*>\s*<a href="/t/\w+/prompts/\d+/" dir="auto">([^<]*)</a>')
NEXT = re.compile(r'hx-get="(\?[^"]+)"')
RETIRED, DEPRECATED = "claude-3-opus-20240229", "claude-opus-4-1-20250805"


@pytest.fixture
def add(acme, alice, saying):
    """Adds a prompt with one version to Acme."""

    def add(name, *, author=alice, model="claude-opus-5-5", team=acme, **fields):
        prompt = make_prompt(team.pk, name, author)
        prompt.save_version(saying(name).with_body(model=model), author, parent_number=None)
        for field, value in fields.items():
            setattr(prompt, field, value)
        prompt.save()
        return prompt

    return add


def names(client, query="", url=URL):
    """The names on a page of the list, in their order."""
    answer = client.get(f"{url}?{query}")
    assert answer.status_code == 200, query
    return [unescape(name) for name in ROW.findall(answer.content.decode())]


def label(prompt, name):
    return Label.objects.create(
        team=prompt.team, prompt=prompt, name=name, version=prompt.latest, moved_by=None
    )


class TestRows:
    def test_a_row_shows_what_tells_prompts_apart(self, erins, add):
        prompt = add("Refunds", description="Answers angry mail", tags=["mail", "日本"])
        label(prompt, "production")
        page = erins.get(URL).content.decode()
        for text in ("Refunds", "Answers angry mail", ">mail<", ">日本<", "production v1", "Alice"):
            assert text in page

    def test_long_descriptions_are_cut_before_they_leave_the_database(self, erins, add):
        add("Long", description="word " * 300)
        assert len(erins.get(URL).content.decode().split("word")) < 40

    def test_a_model_that_goes_has_a_chip_with_its_date(self, erins, add):
        add("Old", model=DEPRECATED)
        add("Gone", model="claude-2.1")
        page = erins.get(URL).content.decode()
        chips = re.findall(r'chip chip-warn" title="([^"]+)">([^<]+)<', page)
        assert len(chips) == 2
        assert all(re.search(r"\d{4}-\d\d-\d\d", title) for title, _ in chips)

    def test_a_current_model_has_none(self, erins, add):
        add("New")
        assert "chip-warn" not in erins.get(URL).content.decode()

    def test_a_viewer_stars_and_arranges_nothing(self, client_of, bob, add):
        prompt = add("Refunds")
        page = client_of(bob).get(URL).content.decode()
        assert f"/t/acme/prompts/{prompt.pk}/star/" in page
        assert "/details/" not in page

    def test_hostile_words_are_shown_as_text(self, erins, add):
        evil = '"><script>alert(1)</script>'
        prompt = add(evil, description=evil, tags=[evil])
        label(prompt, evil[:60])
        page = erins.get(URL, {"q": evil, "tag": evil, "label": evil}).content.decode()
        assert "<script>alert(1)" not in page

    def test_a_tag_links_to_all_that_have_it(self, erins, add):
        add("One", tags=["a & b"])
        add("Two", tags=["a"])
        link = re.search(r'class="tag" href="(\?tag=a%20[^"]+)"', erins.get(URL).content.decode())
        assert names(erins, unescape(link[1]).removeprefix("?")) == ["One"]


class TestFilters:
    @pytest.fixture(autouse=True)
    def prompts(self, add, erin, alice):
        self.mail = add("Refund mail", description="For ANGRY customers", tags=["mail", "Über"])
        self.other = add("Greeting", author=erin, model=DEPRECATED, tags=["chat"])
        self.old = add("Old refund", archived_at="2026-01-01T00:00:00Z")
        label(self.other, "production")
        Star.objects.create(team=self.mail.team, user=erin, prompt=self.mail)
        Star.objects.create(team=self.mail.team, user=alice, prompt=self.other)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["Greeting", "Refund mail"]),
            ("q=refund", ["Refund mail"]),
            ("q=MAIL+angry", ["Refund mail"]),
            ("q=refund+greeting", []),
            ("q=gree", ["Greeting"]),
            ("q=reeting", []),
            ("q=chat", ["Greeting"]),
            ("q=uber", ["Refund mail"]),
            ("q=%22refund+mail%22", ["Refund mail"]),
            ("q=%22mail+refund%22", []),
            ("q=refund+-angry", []),
            ("q=refund+-chat", ["Refund mail"]),
            ("q=%25", []),
            ("q=_", []),
            ("tag=mail", ["Refund mail"]),
            ("tag=%C3%9Cber", ["Refund mail"]),
            ("tag=mai", []),
            (f"model={DEPRECATED}", ["Greeting"]),
            ("label=production", ["Greeting"]),
            ("label=staging", []),
            ("retiring=1", ["Greeting"]),
            ("starred=1", ["Refund mail"]),
            ("archived=1", ["Old refund"]),
            ("archived=1&q=greeting", []),
            ("sort=name", ["Greeting", "Refund mail"]),
            ("sort=created", ["Greeting", "Refund mail"]),
        ],
    )
    def test_it_shows_what_matches(self, erins, query, found):
        assert names(erins, query) == found

    def test_by_author(self, erins, erin):
        assert names(erins, f"author={erin.pk}") == ["Greeting"]

    def test_all_of_them_together(self, erins, alice):
        query = f"q=refund&tag=mail&author={alice.pk}&model=claude-opus-5-5&starred=1"
        assert names(erins, query) == ["Refund mail"]
        assert names(erins, f"{query}&label=production") == []

    @pytest.mark.parametrize(
        "query",
        [
            "q=%00",
            "tag=%00&label=%00&model=%00",
            "author=x",
            "author=" + "9" * 40,
            "author=-1",
            "author=%D9%A3",
            "sort=evil",
            "starred=yes&retiring=&archived=2",
            "q=" + "word+" * 500,
            "q=" + "x" * 5_000,
            "unknown=1",
            "q=%5C",
            "tag=%22%7D",
        ],
    )
    def test_what_makes_no_sense_is_left_out_or_matches_nothing(self, erins, query):
        assert erins.get(f"{URL}?{query}").status_code == 200

    def test_no_match_says_so_and_offers_everything(self, erins):
        page = erins.get(URL, {"q": "nothing like it", "sort": "name"}).content.decode()
        assert "No prompt matches." in page
        assert 'href="?sort=name">Show all' in page

    def test_each_filter_is_taken_off_alone(self, erins, alice):
        query = f"q=refund&tag=mail&author={alice.pk}"
        page = erins.get(f"{URL}?{query}").content.decode()
        chips = re.findall(r'class="chip" href="\?([^"]*)"[^>]*><span dir="auto">([^<]+)<', page)
        assert [(unescape(words), unescape(link)) for link, words in chips] == [
            ("“refund”", f"tag=mail&author={alice.pk}"),
            ("Tag: mail", f"q=refund&author={alice.pk}"),
            ("Author: Alice", "q=refund&tag=mail"),
        ]

    def test_htmx_gets_the_results_alone_with_a_short_address(self, erins):
        headers = {"HX-Request": "true", "HX-Target": "library-results"}
        query = f"{URL}?q=refund&tag=&author=&model=&label=&sort=changed"
        answer = erins.get(query, headers=headers)
        assert answer.headers["HX-Push-Url"] == f"{URL}?q=refund"
        assert (
            answer.content.decode().strip().startswith('<div class="stack" id="library-results">')
        )
        assert ROW.findall(answer.content.decode()) == ["Refund mail"]

    def test_the_form_offers_what_the_team_has(self, erins, alice, erin, add, charlie):
        elsewhere = charlie.memberships.get().team
        add("Secret", author=charlie, team=elsewhere, tags=["secret"], model="secret-model")
        page = erins.get(URL).content.decode()
        for value in ("mail", "Über", "chat", str(alice.pk), str(erin.pk), DEPRECATED):
            assert f'<option value="{value}">' in page
        assert '<option value="production">' in page
        assert "secret" not in page

    def test_a_value_that_is_not_offered_stays_chosen(self, erins):
        page = erins.get(URL, {"tag": "rare"}).content.decode()
        assert '<option value="rare" selected>rare</option>' in page

    def test_a_number_does_not_tell_who_uses_the_site(self, erins, charlie):
        page = erins.get(URL, {"author": str(charlie.pk)}).content.decode()
        assert "Charlie" not in page
        assert "Author: Somebody else" in page

    def test_search_of_all_texts_is_offered_for_the_same_words(self, erins):
        page = erins.get(URL, {"q": "refund mail"}).content.decode()
        assert '<a href="/t/acme/search/?q=refund+mail">Search all texts</a>' in page

    def test_words_of_the_text_are_left_to_the_search(self, erins, add, saying, alice):
        prompt = add("Plain")
        prompt.save_version(saying("Greeting, earthling"), alice, parent_number=1)
        assert names(erins, "q=earthling") == []
        assert names(erins, "q=-earthling+plain") == ["Plain"]

    @pytest.mark.parametrize("words", ["-refund", "%", "a " * 21, '"'])
    def test_words_that_cannot_be_looked_for_are_told_in_a_sentence(self, erins, words):
        page = erins.get(URL, {"q": words}).content.decode()
        assert re.search(r"No prompt matches. (Type at least one|These are too many)", page)

    @pytest.mark.parametrize("sort", ["changed", "name", "created"])
    def test_an_old_prompt_is_found_behind_a_thousand_others(self, erins, sort):
        team = self.mail.team
        Prompt.objects.bulk_create(
            Prompt(team=team, name=f"A {number}", slug=f"a-{number}", latest_number=1)
            for number in range(LOOKED_THROUGH)
        )
        assert names(erins, f"q=refund&sort={sort}") == ["Refund mail"]
        first = names(erins, f"q=a&sort={sort}")
        assert len(first) == PAGE_SIZE
        assert first == names(erins, f"sort={sort}")


class TestPages:
    @pytest.mark.parametrize("sort", ["changed", "name", "created"])
    def test_all_are_reached_once_in_their_order(self, erins, add, sort):
        count = 2 * PAGE_SIZE + 4
        for number in range(count):
            add(f"{'aB'[number % 2]} prompt {number % 3} {'ß' if number % 5 else 'Ä'}_1")
        seen, query = [], f"sort={sort}"
        for _ in range(3):
            answer = erins.get(f"{URL}?{query}", headers={"HX-Request": "true"})
            html = answer.content.decode()
            seen += re.findall(r'id="star-(\d+)"', html)
            following = NEXT.search(html)
            query = unescape(following[1]).removeprefix("?") if following else ""
        assert (len(seen), len(set(seen)), query) == (count, count, "")
        if sort == "name":
            shown = [Prompt.objects.get(pk=pk).name.lower() for pk in seen]
            assert shown == sorted(shown)

    def test_the_next_page_keeps_the_filter(self, erins, add):
        for number in range(PAGE_SIZE + 1):
            add(f"Mail {number}", tags=["mail"])
        add("Other")
        html = erins.get(URL, {"tag": "mail", "q": "mail"}).content.decode()
        following = unescape(NEXT.search(html)[1])
        assert following.startswith("?q=mail&tag=mail&before=")
        assert names(erins, following.removeprefix("?")) == ["Mail 0"]

    @pytest.mark.parametrize("sort", ["changed", "name", "created"])
    @pytest.mark.parametrize(
        "mark", ["x", "_", "a_", "a_x", "a_-1", "a_" + "9" * 30, "\x00_1", "x" * 700 + "_1"]
    )
    def test_a_damaged_mark_is_told_in_a_sentence(self, erins, sort, mark):
        headers = {"HX-Request": "true"}
        answer = erins.get(URL, {"sort": sort, "before": mark}, headers=headers)
        assert answer.status_code == 400
        assert "damaged" in answer.content.decode()

    def test_a_place_behind_the_last_prompt_says_that_the_list_ends(self, erins, add):
        add("Only")
        mark = f"_{Prompt.objects.get().pk}"
        page = erins.get(URL, {"sort": "created", "before": mark}).content.decode()
        assert "The list ends here." in page

    @pytest.mark.parametrize(
        ("sort", "condition"), [("changed", "updated_at <= "), ("name", r"lower.* >= ")]
    )
    def test_the_index_begins_at_the_place_of_the_page(self, erins, add, sort, condition):
        for number in range(PAGE_SIZE + 1):
            add(f"Mail {number}")
        following = unescape(NEXT.search(erins.get(URL, {"sort": sort}).content.decode())[1])
        with CaptureQueriesContext(connection) as queries:
            erins.get(f"{URL}{following}", headers={"HX-Request": "true"})
        page = next(each["sql"] for each in queries if "first_words" in each["sql"])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {page}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert re.search(f"Index Cond: .*{condition}", plan)

    def test_a_thousand_rows_cost_as_many_queries_as_ten(self, erins, add):
        erins.get(URL)  # the first page of a session also writes its age
        counts = []
        for number in (10, 990):
            for each in range(number):
                prompt = Prompt.objects.create(
                    team=Membership.objects.first().team,
                    name=f"{number} {each}",
                    slug=f"{number}-{each}",
                    latest_author=User.objects.first(),
                    tags=[f"tag {each}"],
                    latest_model=f"model {each % 20}",
                    latest_number=1,
                )
                if each < 60:
                    prompt.versions.create(team=prompt.team, number=1, content={}, content_hash="x")
                    label(prompt, f"label {each}")
            with CaptureQueriesContext(connection) as queries:
                assert erins.get(URL).status_code == 200
            counts.append(len(queries))
            assert not any(
                '"content"' in each["sql"] for each in queries if "promptversion" in each
            )
        assert counts[0] == counts[1]
        assert counts[0] <= 14


class TestStar:
    def test_one_click_gives_it_and_one_takes_it(self, client_of, bob, add, post):
        prompt = add("Refunds")
        client = client_of(bob)
        given = post(client, f"prompts/{prompt.pk}/star/", starred="1").content.decode()
        assert 'aria-pressed="true"' in given
        assert Star.objects.get().user == bob
        taken = post(client, f"prompts/{prompt.pk}/star/", starred="0").content.decode()
        assert 'aria-pressed="false"' in taken
        assert not Star.objects.exists()

    def test_twice_is_once(self, erins, add, post):
        prompt = add("Refunds")
        for _ in range(2):
            assert post(erins, f"prompts/{prompt.pk}/star/", starred="1").status_code == 200
        assert Star.objects.count() == 1

    def test_it_is_a_persons_own(self, erins, client_of, alice, add, post):
        prompt = add("Refunds")
        post(erins, f"prompts/{prompt.pk}/star/", starred="1")
        assert 'aria-pressed="true"' in erins.get(URL).content.decode()
        assert 'aria-pressed="true"' not in client_of(alice).get(URL).content.decode()

    @pytest.mark.parametrize(
        ("referer", "there"),
        [("http://testserver/t/acme/prompts/?q=x", True), ("https://evil.example/", False)],
    )
    def test_without_a_script_the_same_page_comes_again(self, erins, add, referer, there):
        prompt = add("Refunds")
        url = f"/t/acme/prompts/{prompt.pk}/star/"
        answer = erins.post(url, {"starred": "1"}, headers={"Referer": referer})
        assert answer.headers["Location"] == (referer if there else URL)

    def test_a_stranger_gets_404(self, client_of, charlie, add, post):
        prompt = add("Refunds")
        assert post(client_of(charlie), f"prompts/{prompt.pk}/star/").status_code == 404
