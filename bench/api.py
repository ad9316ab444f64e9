"""What programs read: how many reads a core answers, and what people notice of it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlsplit

import psycopg

from bench import bare_view, processes
from bench.report import Row
from bench.stage import Stage
from bench.streams import percentile

SECONDS = 4.0
ROUNDS = 3
READERS = 4
"""Programs at a time, each with one connection, which ask again as soon as they have an answer."""
MANY_READERS = 32
PAGES = 60
READ = "/api/v1/prompts/{slug}/"
PAGE = "/t/acme/prompts/"
# What a read with a known mark asks, in one statement: what it costs without anything around it.
STATEMENT = """
    SELECT prompt.name, version.number, version.content_hash,
           ARRAY(SELECT label.name FROM prompts_label label WHERE label.prompt_id = prompt.id)
    FROM accounts_apitoken token
    JOIN prompts_prompt prompt ON prompt.team_id = token.team_id AND prompt.slug = %s
    JOIN prompts_promptversion version
      ON version.prompt_id = prompt.id AND version.number = prompt.latest_number
    WHERE token.token_hash = %s AND token.revoked_at IS NULL
"""


@dataclass(frozen=True)
class Reads:
    """Reads in some seconds: their number, the CPU seconds of the process, how long each took."""

    count: int
    seconds: float
    cpu: float
    waits: list[float]

    @property
    def per_core(self) -> float:
        """Reads a second that one whole core would answer."""
        return self.count / self.cpu

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


async def measure(stage: Stage) -> list[Row]:
    """Reads with a known mark and whole ones, beside a bare view; pages while programs read."""
    token = _token(stage)
    path = READ.format(slug=await _prompt(stage))
    web, url = stage.installation.web, stage.installation.url
    known = await _mark(url, path, token)
    marked = {"Authorization": f"Bearer {token}", "If-None-Match": known}
    whole = {"Authorization": f"Bearer {token}"}
    await _read(url, path, marked, web, READERS, 1.0)
    found: dict[str, list[Reads]] = {"bare": [], "marked": [], "whole": []}
    async with bare_view.running(_database(stage)) as (bare, pid):
        await _read(bare, "/", {}, pid, READERS, 1.0)
        for _ in range(ROUNDS):
            found["bare"].append(await _read(bare, "/", {}, pid, READERS))
            found["marked"].append(await _read(url, path, marked, web, READERS))
            found["whole"].append(await _read(url, path, whole, web, READERS))
    return [
        *_speed_rows(found, _statement_ms(stage, path, token)),
        *await _pages(stage, path, marked),
    ]


def _speed_rows(found: dict[str, list[Reads]], statement: float) -> list[Row]:
    speeds = {name: median(each.per_core for each in reads) for name, reads in found.items()}
    ratio = speeds["bare"] / speeds["marked"]
    rate = median(each.per_second for each in found["marked"])
    return [
        Row("a bare Django view with one SELECT, per core", f"{speeds['bare']:.0f} reads/s"),
        Row("what a read asks, as one bare SQL statement", f"{statement:.2f} ms"),
        Row(
            "API reads with a known ETag (304), per core",
            f"{speeds['marked']:.0f}/s ({ratio:.1f} × the CPU of the bare view); {rate:.0f}/s here",
            "P9: ≥ 300/s",
            speeds["marked"] >= 300,
        ),
        Row("API reads with the content, per core", f"{speeds['whole']:.0f}/s"),
    ]


async def _pages(stage: Stage, path: str, headers: dict[str, str]) -> list[Row]:
    """A page of people, alone and while programs read as fast as they can."""
    alone = await _page_ms(stage)
    rows = [Row("the library's page, nothing else going on", _spread(alone))]
    for readers in (READERS, MANY_READERS):
        url, web = stage.installation.url, stage.installation.web
        reading = asyncio.create_task(_read(url, path, headers, web, readers, 60.0))
        await asyncio.sleep(1)
        beside = await _page_ms(stage)
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        ratio = median(beside) / median(alone)
        what = f"the same while {readers} programs read without pause"
        rows.append(Row(what, f"{_spread(beside)}: {ratio:.1f} × alone"))
    return rows


async def _page_ms(stage: Stage) -> list[float]:
    found = []
    for _ in range(PAGES):
        began = time.monotonic()
        (await stage.installation.http.get(PAGE)).raise_for_status()
        found.append((time.monotonic() - began) * 1000)
    return found


def _spread(found: list[float]) -> str:
    return f"median {median(found):.0f} ms, p95 {percentile(found, 0.95):.0f} ms"


async def _read(
    url: str,
    path: str,
    headers: dict[str, str],
    pid: int,
    readers: int,
    seconds: float = SECONDS,
) -> Reads:
    """Let so many programs read for some seconds."""
    waits: list[float] = []
    began, cpu = time.monotonic(), processes.cpu_seconds(pid)
    async with asyncio.TaskGroup() as group:
        for _ in range(readers):
            group.create_task(_reader(url, path, headers, began + seconds, waits))
    passed, cpu = time.monotonic() - began, processes.cpu_seconds(pid) - cpu
    return Reads(len(waits), passed, cpu, waits)


async def _reader(
    url: str, path: str, headers: dict[str, str], ends_at: float, waits: list[float]
) -> None:
    """Ask again and again on one connection. Hand-written: a real client would cost more CPU."""
    parts = urlsplit(url)
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {text}" for name, text in headers.items()]
    question = "\r\n".join([*lines, "", ""]).encode()
    incoming, outgoing = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        while (began := time.monotonic()) < ends_at:
            outgoing.write(question)
            status, _ = await _answer(incoming)
            if status == 429:  # of the readers' own making: they share a token
                await asyncio.sleep(0.05)
            elif status not in (200, 304):
                raise RuntimeError(f"{path} was answered with {status}")
            else:
                waits.append(time.monotonic() - began)
    finally:
        outgoing.close()


async def _answer(incoming: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await incoming.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    parted = (line.partition(":") for line in lines)
    headers = {name.lower(): text.strip() for name, _, text in parted}
    await incoming.readexactly(int(headers.get("content-length", 0)))
    return int(first.split()[1]), headers


async def _mark(url: str, path: str, token: str) -> str:
    """The ETag of an answer."""
    parts = urlsplit(url)
    incoming, outgoing = await asyncio.open_connection(parts.hostname, parts.port)
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", f"Authorization: Bearer {token}"]
    outgoing.write("\r\n".join([*lines, "", ""]).encode())
    _, headers = await _answer(incoming)
    outgoing.close()
    return headers["etag"]


async def _prompt(stage: Stage) -> str:
    """Save the draft of the installation; returns the slug of the prompt."""
    form = {"part": "turns", "turn-a-role": "user", "turn-a-text": "Hello " * 500}
    await stage.installation.save(form | {"name": "Read by programs"})
    with stage.installation.connect() as connection:
        row = connection.execute("SELECT slug FROM prompts_prompt ORDER BY id DESC").fetchone()
    assert row is not None
    return str(row[0])


def _token(stage: Stage) -> str:
    """A token of the team."""
    token = f"wbk_{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    with stage.installation.connect() as connection:
        connection.execute(
            "INSERT INTO accounts_apitoken (team_id, name, token_hash, last4, created_at)"
            " SELECT id, 'bench', %s, %s, now() FROM accounts_team LIMIT 1",
            [digest, token[-4:]],
        )
    return token


def _statement_ms(stage: Stage, path: str, token: str) -> float:
    """Median milliseconds of ``STATEMENT`` on a connection of its own."""
    given = [path.split("/")[-2], hashlib.sha256(token.encode()).hexdigest()]
    found = []
    with psycopg.connect(_database(stage), autocommit=True) as connection:
        for _ in range(300):
            began = time.monotonic()
            assert connection.execute(STATEMENT, given).fetchone() is not None
            found.append((time.monotonic() - began) * 1000)
    return median(found)


def _database(stage: Stage) -> str:
    return (stage.installation.directory / "database-url").read_text().strip()
