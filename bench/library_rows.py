"""A large library in the installation's Postgres: rows copied from one prompt, version and run.

The copies take their other columns from rows that the product itself has stored, so a new column
needs no change here. Words follow Zipf's law: the first of the vocabulary is in nearly every text.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

VERSIONS = 10  # of a prompt
RUNS = 10  # of a prompt
TEXTS = 20_000
DESCRIPTION = 12  # words
RETIRED = "claude-3-opus-20240229"
VOCABULARY = 50_000
SYLLABLES = [*"aeiou", *(first + last for first in "bdfgklmnprstvz" for last in "aeiou")]
COPY = "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, {rows}"
COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Words:
    """Words of the vocabulary, from one that is everywhere to one that few texts have."""

    frequent: str
    second: str
    rare: str
    beginning: str


@dataclass(frozen=True)
class Library:
    """What there is: its size, words to look for, and prompts with few and with many versions."""

    prompts: int
    words: Words
    short: int
    long: int


def fill(connection: Connection, prompts: int) -> Library:
    """Fill team Acme, which has one prompt, version and run; a second team has a tenth of that."""
    words = _write_texts(connection)
    first = _number(connection, "SELECT max(id) FROM prompts_prompt")
    connection.execute("SET session_replication_role = replica")  # no checks of foreign keys
    connection.execute("SET maintenance_work_mem = '1GB'")
    with _index_made_anew(connection, "prompts_by_text", "prompts_prompttext"):
        _copy_prompts(connection, first, prompts)
    with _index_made_anew(connection, "versions_by_text", "prompts_versiontext"):
        _copy_versions(connection, first, prompts)
    _mark(connection, first)
    with _index_made_anew(connection, "runs_by_text", "runs_runtext"):
        _copy_runs(connection, prompts * RUNS)
        _copy_to_another_team(connection, prompts)
    connection.execute("SET session_replication_role = origin")
    connection.execute("VACUUM ANALYZE")
    return Library(prompts, words, first + 1, first + 2)


@contextmanager
def _index_made_anew(connection: Connection, index: str, table: str) -> Iterator[None]:
    """To make it once of all rows is quicker than to add them one by one."""
    connection.execute(f"DROP INDEX {index}")  # type: ignore[call-overload]
    yield
    connection.execute(f"CREATE INDEX {index} ON {table} USING gin (search)")  # type: ignore[call-overload]


def _write_texts(connection: Connection) -> Words:
    """A table of texts with their vectors; returns words from it."""
    chance = random.Random(4)
    words = list(dict.fromkeys(_word(chance) for _ in range(VOCABULARY * 2)))[:VOCABULARY]
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))
    connection.execute(
        "CREATE TABLE bench_text"
        " (id int PRIMARY KEY, text text, about tsvector, vector tsvector, body jsonb)"
    )
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY bench_text (id, text, about) FROM STDIN") as rows,
    ):
        for number in range(TEXTS):
            length = chance.randint(60, 240)
            text = chance.choices(words, cum_weights=weights, k=length)
            about = " ".join(f"'/about/{word}'" for word in text[:DESCRIPTION])
            rows.write_row((number, " ".join(text), about))
    connection.execute(
        "UPDATE bench_text SET vector = to_tsvector('simple', text), body = jsonb_build_object("
        "'model', 'claude-opus-5-5', 'max_tokens', 4096, 'system', text, 'messages',"
        " jsonb_build_array(jsonb_build_object('role', 'user', 'content', left(text, 200))))"
    )
    connection.execute("ANALYZE bench_text")
    return Words(words[0], words[2], words[20_000], words[0][:2])


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3, 3, 4))))


def _copy_prompts(connection: Connection, first: int, prompts: int) -> None:
    changes = {
        "id": f"{first} + g",
        "name": "split_part(text, ' ', 1) || ' ' || g",
        "slug": "'bench-' || g",
        "description": f"array_to_string((string_to_array(text, ' '))[:{DESCRIPTION}], ' ')",
        "tags": "jsonb_build_array('tag-' || g % 50, 'sort-' || g % 7)",
        "latest_number": f"CASE g WHEN 2 THEN 1000 ELSE {VERSIONS} END",
        "latest_model": f"CASE WHEN g % 500 = 1 THEN '{RETIRED}' ELSE 'claude-' || g % 20 END",
        "archived_at": "CASE WHEN g % 25 = 0 THEN now() END",
        "updated_at": "now() - g * interval '1 minute'",
    }
    rows = f"generate_series(1, {prompts}) g JOIN bench_text b ON b.id = g * 7919::bigint % {TEXTS}"
    _copy(connection, "prompts_prompt", changes, rows, f"t.id = {first}")
    connection.execute(
        f"""INSERT INTO prompts_prompttext (prompt_id, team_id, search)
        SELECT p.id, p.team_id, b.vector || b.about || format(
            $$'/team/%1$s' '%2$s':500 '/name/%3$s':499 '/name/%2$s':500 '/about/%2$s':500
            '/about/bench' '/about/tag' '/about/sort' '/about/%4$s' '/about/%5$s'$$, p.team_id,
            p.id - {first}, split_part(b.text, ' ', 1), (p.id - {first}) % 50, (p.id - {first}) % 7
            )::tsvector
        FROM prompts_prompt p JOIN bench_text b ON b.id = (p.id - {first}) * 7919::bigint % {TEXTS}
        WHERE p.id > {first}"""  # type: ignore[arg-type]
    )
    connection.execute(
        "SELECT setval('prompts_prompt_id_seq', (SELECT max(id) FROM prompts_prompt))"
    )


def _copy_versions(connection: Connection, first: int, prompts: int) -> None:
    highest = _number(connection, "SELECT max(id) FROM prompts_promptversion")
    changes = {
        "id": f"{highest} + row_number() OVER ()",
        "prompt_id": f"{first} + g",
        "number": "n",
        "parent_number": "nullif(n - 1, 0)",
        "note": "'note ' || g || ' ' || n",
        "content": "jsonb_build_object('api_version', '2023-06-01', 'betas', '[]'::jsonb,"
        " 'variables', '[]'::jsonb, 'body', b.body)",
    }
    rows = f"""(SELECT g, n, (g * 7919::bigint + n - 1) % {TEXTS} AS id
        FROM generate_series(1, {prompts}) g, generate_series(1, {VERSIONS}) n
        UNION ALL SELECT 2, n, n FROM generate_series({VERSIONS} + 1, 1000) n) v
        JOIN bench_text b USING (id)"""
    _copy(connection, "prompts_promptversion", changes, rows, f"t.id = {highest}")
    connection.execute(
        f"""INSERT INTO prompts_versiontext (version_id, team_id, search)
        SELECT v.id, v.team_id, b.vector || to_tsvector('simple', v.note) ||
            ('''/team/' || v.team_id || '''')::tsvector
        FROM prompts_promptversion v
        JOIN bench_text b
            ON b.id = ((v.prompt_id - {first}) * 7919::bigint + v.number - 1) % {TEXTS}
        WHERE v.id > {highest}"""  # type: ignore[arg-type]
    )
    connection.execute(
        "SELECT setval('prompts_promptversion_id_seq', (SELECT max(id) FROM prompts_promptversion))"
    )


def _mark(connection: Connection, first: int) -> None:
    """Point a label of half of the prompts at a version, two more of a few, and star a few."""
    for name, nth in {"production": 2, "staging": 10, "bench": 1_000}.items():
        connection.execute(
            f"""INSERT INTO prompts_label (team_id, prompt_id, name, version_id, moved_at)
            SELECT p.team_id, p.id, '{name}', v.id, now() FROM prompts_prompt p
            JOIN prompts_promptversion v ON v.prompt_id = p.id AND v.number = 5
            WHERE p.id > {first} AND p.id % {nth} = 2 % {nth}"""  # type: ignore[arg-type]
        )
    connection.execute(
        f"""INSERT INTO prompts_star (team_id, user_id, prompt_id, created_at)
        SELECT team_id, created_by_id, id, now() FROM prompts_prompt
        WHERE id > {first} AND id % 300 = 2"""  # type: ignore[arg-type]
    )


def _copy_runs(connection: Connection, runs: int) -> None:
    highest = _number(connection, "SELECT max(id) FROM runs_run")
    changes = {
        "id": f"{highest} + g",
        "idempotency_key": "'bench-' || g",
        "prompt_name": "'Bench ' || g % 1000",
        "request": "jsonb_build_object('api_version', '2023-06-01', 'betas', '[]'::jsonb,"
        " 'body', b.body)",
        "message": "jsonb_build_object('role', 'assistant', 'content', jsonb_build_array("
        "jsonb_build_object('type', 'text', 'text', b.text)))",
    }
    rows = f"generate_series(1, {runs}) g JOIN bench_text b ON b.id = g * 7919::bigint % {TEXTS}"
    _copy(connection, "runs_run", changes, rows, f"t.id = {highest}")
    connection.execute(
        f"""INSERT INTO runs_runtext (run_id, team_id, search)
        SELECT r.id, r.team_id, b.vector || to_tsvector('simple', 'run' || r.id) ||
            ('''/team/' || r.team_id || '''')::tsvector ||
            CASE WHEN r.id < {runs} * 0.3 THEN '''forgotten'':1' ELSE '' END::tsvector
        FROM runs_run r JOIN bench_text b ON b.id = (r.id - {highest}) * 7919::bigint % {TEXTS}
        WHERE r.id > {highest}"""  # type: ignore[arg-type]
    )
    connection.execute("SELECT setval('runs_run_id_seq', (SELECT max(id) FROM runs_run))")


def _copy_to_another_team(connection: Connection, runs: int) -> None:
    """Runs of a team whose every text has the word "elsewhere"; their own rows are not needed."""
    team = _number(
        connection,
        "INSERT INTO accounts_team (name, slug, created_at) VALUES ('Other', 'other', now())"
        " RETURNING id",
    )
    connection.execute(
        f"""INSERT INTO runs_runtext (run_id, team_id, search)
        SELECT 1000000000 + g, {team}, b.vector || '''elsewhere'':1 ''/team/{team}'''::tsvector
        FROM generate_series(1, {runs}) g JOIN bench_text b ON b.id = g * 7919::bigint % {TEXTS}"""  # type: ignore[arg-type]
    )


def _copy(
    connection: Connection, table: str, changes: Mapping[str, str], rows: str, which: str
) -> None:
    """Insert ``rows``, like the row ``which`` but for the expressions in ``changes``."""
    names = [str(name) for (name,) in connection.execute(COLUMNS, [table])]
    statement = COPY.format(
        table=table,
        columns=", ".join(f'"{name}"' for name in names),
        values=", ".join(changes.get(name, f't."{name}"') for name in names),
        rows=f"{rows} WHERE {which}",
    )
    connection.execute(statement)  # type: ignore[arg-type]


def _number(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row
    return int(str(row[0]))
