"""People who do everything to one library at the same moment, through two web processes.

Whatever they do, and in which order it comes: no answer is a failure of the server, no circle of
locks comes to be, versions are numbered without gaps and no text is lost.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.process.runs.running import eventually
from tests.process.runs.site import Site
from workbench.accounts.unguessable import digest

from .people import Person, all_at_once, archive_of, bring_up_to_date, for_seconds, number_in

SECONDS = 4.0
"""For which people go on in each test."""
SAVERS = 5
SAVES = 10
TOKEN = "wbk_a-token-of-these-tests"


@pytest.fixture(autouse=True)
def nothing_failed(site: Site, people: list[Person]) -> Iterator[None]:
    """After each test: no circle of locks, no traceback, and no version is missing anywhere."""
    yield
    # Counted also when somebody tried again and no person saw it; told a moment later.
    site.database.rows("SELECT pg_stat_clear_snapshot()")
    query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert site.database.value(query) == 0
    for web in site.webs:
        assert "Traceback" not in web.log, web.log
        assert "deadlock detected" not in web.log
    gaps = """
        SELECT prompt.id FROM prompts_prompt prompt
        LEFT JOIN prompts_promptversion version ON version.prompt_id = prompt.id
        GROUP BY prompt.id HAVING count(version.id) <> prompt.latest_number
            OR coalesce(max(version.number), 0) <> prompt.latest_number
    """
    assert site.database.rows(gaps) == []


def systems(site: Site, prompt: int) -> list[str]:
    """The system texts of a prompt's versions, by number."""
    query = """
        SELECT coalesce(content #>> '{body,system}', '') FROM prompts_promptversion
        WHERE prompt_id = %s ORDER BY number
    """
    return [text for (text,) in site.database.rows(query, prompt)]


def done_in(site: Site) -> set[str]:
    """What people have done, by the audit trail."""
    return {action for (action,) in site.database.rows("SELECT action FROM accounts_auditevent")}


def for_a_while(*actions: Callable[[int], Any]) -> None:
    """Do all of the actions at once, each again and again."""
    all_at_once(*(for_seconds(SECONDS, action) for action in actions))


def stored(site: Site, draft: int) -> str:
    """The system text of a draft."""
    query = "SELECT coalesce(content #>> '{body,system}', '') FROM prompts_draft WHERE id = %s"
    return str(site.database.value(query, draft))


def test_fifty_parallel_saves_make_fifty_versions_and_lose_no_line(
    site: Site, people: list[Person]
) -> None:
    prompt = people[0].new_prompt("Counted", "The first line.")

    def saving(person: Person) -> Callable[[], None]:
        draft = person.draft_of(prompt)

        def save() -> None:
            for number in range(SAVES):
                person.store(draft, f"{stored(site, draft)}\n{person.name} wrote {number}.")
                while not person.save(draft):
                    pass  # it was led to a merge with those who were faster

        return save

    all_at_once(*(saving(person) for person in people[:SAVERS]))
    texts = systems(site, prompt)
    assert len(texts) == 1 + SAVERS * SAVES
    lines = {f"{p.name} wrote {number}." for p in people[:SAVERS] for number in range(SAVES)}
    assert sorted(texts[-1].splitlines()) == sorted({"The first line.", *lines})


@pytest.mark.parametrize("who", [(1, 1), (1, 2)], ids=["two tabs", "two people"])
def test_of_two_saves_from_one_base_one_is_led_to_merge_and_both_texts_survive_a_crash(
    site: Site, people: list[Person], who: tuple[int, int]
) -> None:
    prompt = people[0].new_prompt("Torn", "As it was.")
    pages = [(people[number], people[number].tab(prompt)) for number in who]
    drafts = [person.draft_of(prompt) for person, _ in pages]

    def saving(number: int) -> Callable[[], str]:
        def save() -> str:
            person, fields = pages[number]
            typed = fields | {"system-text": [f"Text number {number}."]}
            answer = person.post(f"drafts/{drafts[number]}/versions/", typed)
            return str(answer.headers["location"])

        return save

    places = all_at_once(saving(0), saving(1))
    for web in site.webs:
        web.kill()
        web.begin()
    for web in site.webs:
        eventually(web.answers, 90)
    late = [number for number, place in enumerate(places) if place.endswith("/merge/")]
    assert len(late) == 1, places
    mine, theirs = f"Text number {late[0]}.", f"Text number {1 - late[0]}."
    assert systems(site, prompt) == ["As it was.", theirs]

    person, draft = pages[late[0]][0], drafts[late[0]]
    page = person.get(places[late[0]].partition("/t/acme/")[2]).text
    assert mine in page
    assert theirs in page
    person.merge(places[late[0]])
    assert sorted(stored(site, draft).splitlines()) == sorted([mine, theirs])
    assert person.save(draft)
    assert systems(site, prompt)[2].splitlines() == stored(site, draft).splitlines()


class Writer:
    """Types and saves for a while, and knows what the server said that it kept."""

    def __init__(self, site: Site, person: Person, prompt: int) -> None:
        self.site, self.person, self.prompt = site, person, prompt
        self.draft = person.draft_of(prompt)
        self.kept = stored(site, self.draft)

    def __call__(self, number: int) -> None:
        text = f"{self.person.name} wrote {number} of {self.prompt}."
        if self.person.store(self.draft, text).status_code == 200:
            self.kept = text
        if number % 3 == 2:
            headers = {"HX-Request": "true"}
            self.person.post(f"drafts/{self.draft}/versions/", headers=headers)
        self.person.get(f"drafts/{self.draft}/presence/")

    def check(self) -> None:
        assert stored(self.site, self.draft) == self.kept


def test_a_prompt_moves_and_is_archived_renamed_run_and_found_while_people_write(
    site: Site, people: list[Person]
) -> None:
    ana, ivo = people[0], people[5]
    prompt = ana.new_prompt("Shared", "In the beginning.")
    writers = [Writer(site, person, prompt) for person in people[1:4]]
    draft = ivo.draft_of(prompt)

    def arrange(number: int) -> None:
        here, there = ("acme", "labs") if number % 2 == 0 else ("labs", "acme")
        ana.post(f"prompts/{prompt}/transfer/", {"team": there}, team=here)
        for what in ("archive", "restoration"):
            ana.post(f"prompts/{prompt}/{what}/", team=there)
            ana.post(f"prompts/{prompt}/{what}/", team=here)

    def describe(number: int) -> None:
        form = {"name": ("Shared", "Other")[number % 2], "tags": f"t{number}, shared"}
        people[4].post(f"prompts/{prompt}/details/", form, team=("acme", "labs")[number % 2])
        people[4].post(f"prompts/{prompt}/copies/", {"history": str(number % 2)})
        people[4].get("search/?q=wrote")

    def run(number: int) -> None:
        form = {"model": "claude-opus-5-5", "idempotency_key": f"while-moving-{number}"}
        form |= {"turn-a-role": "user", "turn-a-text": "simulate: answer tokens=3", "part": "turns"}
        ivo.post(f"drafts/{draft}/runs/", form | {"upstream": "anthropic"})
        ivo.get(f"prompts/{prompt}/")
        ivo.post(f"prompts/{prompt}/star/", {"starred": str(number % 2)})

    for_a_while(arrange, describe, run, *writers)
    done = {"prompt.move-in", "prompt.archive", "prompt.describe", "prompt.duplicate"}
    assert done <= done_in(site)
    assert site.database.value("SELECT count(*) FROM runs_run") > 0
    for writer in writers:
        writer.check()


def move_label(person: Person, prompt: int) -> None:
    """Put production on v1 and take it away, unless it is elsewhere by now."""
    fields = {"name": "production", "number": "1"}
    person.post(f"prompts/{prompt}/labels/", fields | {"from": ""})
    person.post(f"prompts/{prompt}/labels/", fields | {"from": "1", "remove": "1"})


def test_a_deletion_while_people_write_leaves_every_draft(site: Site, people: list[Person]) -> None:
    ana = people[0]
    prompts = [ana.new_prompt(f"Short-lived {number}", "Once.") for number in range(4)]
    writers = [Writer(site, person, prompt) for person in people[1:3] for prompt in prompts]

    def delete(number: int) -> None:
        for prompt in prompts if number == 0 else []:
            ana.post(f"prompts/{prompt}/archive/")
            answer = ana.post(f"prompts/{prompt}/deletion/")
            assert answer.headers["location"] == "/t/acme/prompts/", "it was in use for 10 s"
        ana.get("prompts/")

    def label(number: int) -> None:
        for prompt in prompts:
            move_label(people[5], prompt)
            people[5].post(f"prompts/{prompt}/copies/", {"history": "1"})

    for_a_while(delete, label, *writers)
    assert (
        site.database.value("SELECT count(*) FROM prompts_prompt WHERE id = ANY(%s)", prompts) == 0
    )
    for writer in writers:
        writer.check()


def test_imports_labels_value_sets_and_copies_while_people_save(
    site: Site, people: list[Person]
) -> None:
    ana, erin = people[0], people[1]
    text = "Greet {{WHO}} by name."
    prompts = [ana.new_prompt(f"Imported {letter}", text) for letter in "zyx"]
    declared = {"part": "variables", "variable-a-name": "WHO", "variable-a-value": "you"}
    sets = {person.name: [person.draft_of(prompt) for prompt in prompts] for person in people}
    before = archive_of(ana, prompts)
    counted: Counter[int] = Counter()

    def imported(person: Person) -> Callable[[int], None]:
        def bring(number: int) -> None:
            values = {"name": "Set 0", "values": {"WHO": f"{person.name} {number}"}}
            said = {"tags": [f"t{number}"], "labels": {"production": 1}, "value_sets": [values]}
            files = {
                name: json.dumps(json.loads(text) | said) if name.endswith("/prompt.json") else text
                for name, text in before.items()
            }
            answer = bring_up_to_date(person, files)
            counted[answer.status_code] += 1
            assert answer.status_code in (302, 422), answer.text

        return bring

    def label(number: int) -> None:
        for prompt in prompts:
            move_label(people[2], prompt)

    def keep(person: Person) -> Callable[[int], None]:
        def act(number: int) -> None:
            draft = sets[person.name][number % 3]
            verb = ("keep", "replace", "rename", "delete")[number % 4]
            found = site.database.rows("SELECT id FROM prompts_valueset ORDER BY id DESC LIMIT 1")
            chosen = {"value-set": str(found[0][0])} if found else {}
            name = {"value-set-name": f"Set {number % 2}", verb: "1"}
            headers = {"HX-Request": "true"}
            person.post(f"drafts/{draft}/values/", declared | name | chosen, headers=headers)

        return act

    def save(number: int) -> None:
        for draft in sets["Ivo"]:
            people[5].store(draft, f"{text} Ivo wrote {number}.")
            people[5].save(draft)

    for_a_while(imported(ana), imported(erin), label, keep(people[3]), keep(people[4]), save)
    assert counted[302] > 0
    assert {"label.move", "value-set.save", "library.import"} <= done_in(site)
    for prompt in prompts:
        assert len(systems(site, prompt)) > 1


def test_presets_and_system_prompts_are_changed_by_all_at_once(
    site: Site, people: list[Person]
) -> None:
    ana = people[0]
    drafts = [number_in(person.post("drafts/").headers["location"], "drafts") for person in people]
    form = {"name": "Tone", "text": "Be kind.", "note": "", "description": "", "tags": ""}
    answer = ana.post("system-prompts/new/", form)
    system = answer.headers["location"].partition("/system-prompts/")[2].strip("/")
    accepted: list[str] = []

    def presets(person: Person, draft: int) -> Callable[[int], None]:
        def act(number: int) -> None:
            fields = {
                "part": ["body.model", "body.max_tokens"],
                "preset-name": f"Preset {number % 4}",
            }
            person.post(f"drafts/{draft}/presets/new/", fields)
            query = "SELECT id FROM prompts_preset ORDER BY id"
            found = [pk for (pk,) in site.database.rows(query)]
            for pk, path in zip(found, itertools.cycle(("default", "details", "default"))):
                fields = {"is_default": "1", "name": f"Preset {number % 5}"}
                person.post(f"presets/{pk}/{path}/", fields)
            for pk in found[number % 3 :: 3]:
                person.post(f"presets/{pk}/deletion/", {"decided": "1"})

        return act

    def write(person: Person) -> Callable[[int], None]:
        def act(number: int) -> None:
            base = re.search(
                r'name="base" value="(\d+)"', person.get(f"system-prompts/{system}/").text
            )
            assert base
            text = f"{person.name} wrote {number}."
            fields = form | {"text": text, "base": base[1]}
            if person.post(f"system-prompts/{system}/text/", fields).status_code == 302:
                accepted.append(text)
            person.post(
                f"system-prompts/{system}/archived/", {"restore": "1"} if number % 2 else {}
            )
            person.post("system-prompts/new/", form | {"text": text})

        return act

    actions = [presets(person, draft) for person, draft in zip(people[:3], drafts, strict=False)]
    actions += [write(person) for person in people[3:]]
    for_a_while(*actions)
    assert {"preset.default", "preset.delete"} <= done_in(site)
    assert accepted
    assert site.database.value("SELECT count(*) FROM prompts_preset WHERE is_default") <= 1
    texts = site.database.rows(
        "SELECT version.number, version.text FROM prompts_systempromptversion version"
        " JOIN prompts_systemprompt prompt ON prompt.id = version.system_prompt_id"
        " WHERE prompt.slug = %s ORDER BY number",
        system,
    )
    assert [number for number, _ in texts] == list(range(1, len(texts) + 1))
    assert sorted(text for _, text in texts) == sorted(["Be kind.", *accepted])


def test_programs_read_one_moment_while_people_save_and_move_labels(
    site: Site, people: list[Person]
) -> None:
    ana, erin = people[:2]
    prompt = ana.new_prompt("Read", "Number 0.")
    drafts = [person.draft_of(prompt) for person in people[:2]]
    slug = site.database.value("SELECT slug FROM prompts_prompt WHERE id = %s", prompt)
    site.database.rows(
        "INSERT INTO accounts_apitoken (team_id, name, token_hash, last4, created_at)"
        " SELECT id, 'reader', %s, 'ests', now() FROM accounts_team WHERE slug = 'acme'",
        digest(TOKEN),
    )
    bodies: dict[tuple[str, str], bytes] = {}

    def read(number: int) -> None:
        for query in ("", "?version=1", "?label=production"):
            headers = {"Authorization": f"Bearer {TOKEN}"}
            answer = httpx.get(
                f"{people[number % 2].web.url}/api/v1/prompts/{slug}/{query}", headers=headers
            )
            assert answer.status_code in (200, 404, 429), answer.text
            if answer.status_code == 200:
                check(query, answer)

    def check(query: str, answer: httpx.Response) -> None:
        key = (query, answer.headers["etag"])
        assert bodies.setdefault(key, answer.content) == answer.content
        found: dict[str, Any] = json.loads(answer.content)
        version = found["version"]
        assert version["number"] <= found["prompt"]["latest_version"]
        number = site.database.value(
            "SELECT number FROM prompts_promptversion WHERE prompt_id = %s AND content_hash = %s",
            prompt,
            version["hash"],
        )
        assert number == version["number"]

    def save(number: int) -> None:
        for person, draft in zip((ana, erin), drafts, strict=True):
            person.store(draft, f"{person.name} wrote {number}.")
            person.save(draft)

    def label(number: int) -> None:
        fields = {"name": "production", "number": str(number % 2 + 1), "from": ""}
        if number:
            fields["from"] = str(2 - number % 2)
        people[2].post(f"prompts/{prompt}/labels/", fields)

    for_a_while(read, save, label)
    assert len(bodies) > 3
