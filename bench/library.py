"""Pages of a large library against the bare SQL, and how many statements each of them takes."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.library_rows import RETIRED, RUNS, VERSIONS, Connection, Library, fill
from bench.report import Row
from bench.stage import Stage
from workbench.full_text import parse
from workbench.search.finding import NEWEST, PROMPTS
from workbench.search.finding import RUNS as RUN_TEXTS
from workbench.search.finding import VERSIONS as VERSION_TEXTS

TIMES = 40
GOAL_MS, GOAL_RATIO = 50, 3
SIZE = "BENCH_PROMPTS"  # of the environment: how many prompts, 100,000 without it
OTHERS_LINES = "workbench runs|"  # in the log: what the engine asks by itself
LIST = "SELECT * FROM prompts_prompt WHERE team_id = %(team)s AND archived_at IS NULL"
WITH_WORDS = """
    AND EXISTS (
        SELECT FROM prompts_prompttext
        WHERE prompt_id = prompts_prompt.id AND search @@ %(query)s::tsquery
    ) ORDER BY updated_at DESC, id DESC LIMIT 31
"""
LABELLED = " AND id IN (SELECT prompt_id FROM prompts_label WHERE name = %(label)s)"
NEWEST_FIRST = " ORDER BY updated_at DESC, id DESC LIMIT 31"
HISTORY = """
    SELECT id, number, author_name, note, created_at FROM prompts_promptversion
    WHERE prompt_id = %(prompt)s ORDER BY number DESC LIMIT 31
"""

Bare = Callable[[Connection], object]


async def measure(stage: Stage) -> list[Row]:
    """Fill the installation, then each page: times, ratio to the bare SQL, statements."""
    installation = stage.installation
    draft = f"/t/acme/drafts/{installation.draft}/"
    text = stage.wish(tokens=10)[1]
    await installation.run(text)
    await installation.http.post(
        f"{draft}versions/", headers={"X-CSRFToken": installation.http.cookies["workbench-csrf"]}
    )
    with installation.connect() as connection:
        began = time.monotonic()
        prompts = int(os.environ.get(SIZE, "100000"))
        library = await asyncio.to_thread(fill, connection, prompts)
        rows = [_filled(connection, library, time.monotonic() - began)]
        for what, path, bare in _pages(connection, library):
            rows.append(await _page_row(stage, connection, what, path, bare))
        rows += await _statement_rows(stage, connection, library)
    return rows


def _filled(connection: Connection, library: Library, seconds: float) -> Row:
    size = _first(connection, "SELECT pg_size_pretty(pg_database_size(current_database()))", {})
    return Row(
        f"{library.prompts:,} prompts × {VERSIONS} versions, {library.prompts * RUNS:,} runs",
        f"{size}, made in {seconds:.0f} s",
    )


def _pages(connection: Connection, library: Library) -> Iterator[tuple[str, str, Bare]]:
    """What each page is called, its path, and the bare SQL of what it shows."""
    team = _first(connection, "SELECT id FROM accounts_team WHERE slug = 'acme'", {})
    author = _first(connection, "SELECT max(latest_author_id) FROM prompts_prompt", {})
    filters = {
        "": ("", {}),
        "tag=tag-7": (" AND tags @> '[\"tag-7\"]'", {}),
        "model=claude-7": (" AND latest_model = 'claude-7'", {}),
        f"author={author}": (" AND latest_author_id = %(author)s", {"author": author}),
        "label=production": (LABELLED, {"label": "production"}),
        "label=bench": (LABELLED, {"label": "bench"}),
        "retiring=1": (" AND latest_model = %(model)s", {"model": RETIRED}),
        "starred=1": (" AND id IN (SELECT prompt_id FROM prompts_star)", {}),
    }
    for query, (condition, more) in filters.items():
        statement = LIST + condition + NEWEST_FIRST
        yield f"list {query}".strip(), f"prompts/?{query}", _asked(statement, {"team": team} | more)
    words = library.words
    for name, typed in {
        "a frequent word": words.frequent,
        "a rare word": words.rare,
        "a name": f"{library.prompts // 2 + 1}",
        "no word": "qqqq",
    }.items():
        has_words = {"team": team, "query": parse(typed).about(int(str(team)))}
        yield f"list, {name}", f"prompts/?q={typed}", _asked(LIST + WITH_WORDS, has_words)
    searches = {
        "a frequent word": words.frequent,
        "a rare word": words.rare,
        "a word of one run": f"run{library.prompts * RUNS // 2}",
        "two letters": words.beginning,
        "a phrase": f'"{words.frequent} {words.second}"',
        "a rare phrase": f'"{words.rare} {words.frequent}"',
        "minus": f"{words.rare} -{words.second}",
        "a word of old runs alone": "forgotten",
        "a word of another team alone": "elsewhere",
        "no word of any text": "qqqq",
    }
    for name, typed in searches.items():
        path = f"search/?{urlencode({'q': typed})}"
        yield f"search, {name}", path, _searched(int(str(team)), typed)
    yield "palette, nothing typed", "palette/", _asked(LIST + NEWEST_FIRST, {"team": team})
    typed = f"{words.frequent[:2]} {library.prompts // 2}"
    named = _statements(PROMPTS.statements, int(str(team)), parse(typed).named(int(str(team))))
    yield "palette, a name", f"palette/?{urlencode({'q': typed})}", named
    for prompt, versions in ((library.short, VERSIONS), (library.long, 1_000)):
        path = f"prompts/{prompt}/history/"
        yield f"history of {versions:,} versions", path, _asked(HISTORY, {"prompt": prompt})


def _asked(statement: str, values: Mapping[str, object]) -> Bare:
    return lambda connection: connection.execute(statement, values).fetchall()  # type: ignore[arg-type]


def _searched(team: int, typed: str) -> Bare:
    """The statements of a search alone: names, texts, versions, runs."""
    query = parse(typed)
    asked = [
        _statements(PROMPTS.statements, team, query.named(team)),
        _statements(PROMPTS.statements, team, query.unnamed(team)),
        _statements(VERSION_TEXTS.statements, team, query.anywhere(team)),
        _statements(RUN_TEXTS.statements, team, query.anywhere(team)),
    ]
    return lambda connection: [each(connection) for each in asked]


def _statements(statements: tuple[str, str], team: int, query: str) -> Bare:
    newest, indexed = statements
    values = {"team": team, "query": query, "moment": NEWEST.moment, "id": NEWEST.id}

    def ask(connection: Connection) -> object:
        rows = _asked(newest, values)(connection)
        assert isinstance(rows, list)
        if len(rows) > 10:
            return rows
        with connection.transaction():
            connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL work_mem = '64MB'")
            return _asked(indexed, values)(connection)

    return ask


async def _page_row(stage: Stage, connection: Connection, what: str, path: str, bare: Bare) -> Row:
    if (await _get(stage, path)).status_code == 404:
        return Row(what, "not measured: there is no such page")
    pages, asked = [], []
    for _ in range(TIMES):
        began = time.perf_counter()
        await _get(stage, path)
        pages.append((time.perf_counter() - began) * 1_000)
        began = time.perf_counter()
        await asyncio.to_thread(bare, connection)
        asked.append((time.perf_counter() - began) * 1_000)
    slow, bare_slow = _p95(pages), _p95(asked)
    ratio = statistics.median(pages) / statistics.median(asked)
    return Row(
        what,
        f"median {statistics.median(pages):.0f} ms, p95 {slow:.0f} ms; bare SQL "
        f"{statistics.median(asked):.1f} and {bare_slow:.1f} ms: {ratio:.1f} ×",
        f"p95 ≤ {GOAL_MS} ms or ≤ {GOAL_RATIO} × the bare SQL",
        slow <= GOAL_MS or slow <= GOAL_RATIO * bare_slow,
    )


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


async def _get(stage: Stage, path: str) -> Any:
    headers = {"HX-Request": "true"} if path.startswith("palette") else {}
    return await stage.installation.http.get(f"/t/acme/{path}", headers=headers)


def _first(connection: Connection, statement: str, values: Mapping[str, object]) -> object:
    row = connection.execute(statement, values).fetchone()  # type: ignore[arg-type]
    assert row
    return row[0]


# Statements --------------------------------------------------------------------------------------


async def _statement_rows(stage: Stage, connection: Connection, library: Library) -> list[Row]:
    """How many statements a page takes with ten rows to show and with many, by Postgres' log."""
    word, rare = library.words.frequent, f"run{library.prompts * RUNS // 2}"
    pairs = {
        "list with a word, one row and a page of them": (
            f"prompts/?q={library.prompts // 2 + 1}",
            f"prompts/?q={word}",
        ),
        "search, one row and 30 of them": (f"search/?q={rare}", f"search/?q={word}"),
        "history, 10 and 1,000 versions": (
            f"prompts/{library.short}/history/",
            f"prompts/{library.long}/history/",
        ),
    }
    rows = []
    with _logging(connection):
        for what, paths in pairs.items():
            counts = [await _statements_of(stage, path) for path in paths]
            result = " and ".join("none" if each is None else str(each) for each in counts)
            rows.append(Row(f"statements: {what}", result))
    return rows


@contextmanager
def _logging(connection: Connection) -> Iterator[None]:
    settings = {"log_statement": "'all'", "log_line_prefix": "'%a|'"}
    for name, value in settings.items():
        connection.execute(f"ALTER SYSTEM SET {name} = {value}")  # type: ignore[arg-type]
    connection.execute("SELECT pg_reload_conf()")
    time.sleep(1)
    try:
        yield
    finally:
        for name in settings:
            connection.execute(f"ALTER SYSTEM RESET {name}")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")


async def _statements_of(stage: Stage, path: str) -> int | None:
    """The statements of one request; None when there is no such page."""
    log = _log_of(stage.installation.directory)
    await asyncio.sleep(0.3)
    before = log.stat().st_size
    if (await _get(stage, path)).status_code != 200:
        return None
    await asyncio.sleep(0.3)
    with log.open("rb") as file:
        file.seek(before)
        lines = file.read().decode(errors="replace").splitlines()
    logged = [line for line in lines if "|LOG:" in line and not line.startswith(OTHERS_LINES)]
    return sum(not line.endswith(("BEGIN", "COMMIT")) for line in logged)


def _log_of(directory: Path) -> Path:
    return next(directory.rglob("postgres*.log"))
