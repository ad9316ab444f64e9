"""Which rows match, newest first: quickly for rare words and for frequent ones.

A frequent word matches a million rows, and to sort them all takes a second; a rare one is not among
the newest rows. So the newest ``LOOKED_THROUGH`` rows of the team are read in their order until
enough of them match. A word that is not frequent enough for that is asked of the index, which has
few rows for it. What is neither (an old word that nobody uses any more, phrases of frequent words)
gets ``PATIENCE_MS``; then the newest rows are all that can be said, and ``is_whole`` is false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from workbench.full_text import Query

LOOKED_THROUGH = 2_000
PATIENCE_MS = 1_500
AT_ONCE = 10
_MARK = re.compile(r"(?:(named|other)_)?(?:(\d{4}-[\dT:.+-]{6,40})_)?(\d{1,18})", re.ASCII)

# The team is in the query too: the index gives no rows of others. Its number is asked of the row
# once more, since only that decides what a member may see.
_NEWEST = """
    SELECT id, moment FROM ({rows} ORDER BY {order} LIMIT {looked_through}) newest
    WHERE search @@ %(query)s::tsquery ORDER BY {outer_order} LIMIT {limit}
"""
# Asked only where the team has more rows than were looked through.
_INDEXED = """
    WITH found AS MATERIALIZED (
        SELECT {key} AS id, team_id FROM {texts}
        WHERE search @@ %(query)s::tsquery
            AND EXISTS ({rows} ORDER BY {order} OFFSET {looked_through} LIMIT 1)
    )
    {found_rows} ORDER BY {outer_order} LIMIT {limit}
"""
_LIMITS = """
    SELECT set_config('statement_timeout', %s, true), set_config('enable_seqscan', 'off', true),
        set_config('work_mem', '64MB', true), set_config('jit', 'off', true)
"""


@dataclass(frozen=True)
class Source:
    """A table of texts with its key, and the table of ``rows`` where they have their own order.

    Rows that can change are ordered by their last change, the others by their key.
    """

    texts: str
    key: str
    rows: str = ""

    @property
    def statements(self) -> tuple[str, str]:
        """What looks through the newest rows, and what asks the index."""
        if self.rows:
            parts = {
                "rows": f"SELECT r.id, r.updated_at AS moment, t.search FROM {self.rows} r"
                f" JOIN {self.texts} t ON t.{self.key} = r.id WHERE r.team_id = %(team)s"
                " AND (r.updated_at, r.id) < (%(moment)s::timestamptz, %(id)s)",
                "order": "r.updated_at DESC, r.id DESC",
                "outer_order": "moment DESC, id DESC",
                "found_rows": f"SELECT r.id, r.updated_at AS moment FROM found JOIN {self.rows} r"
                " ON r.id = found.id WHERE r.team_id = %(team)s"
                " AND (r.updated_at, r.id) < (%(moment)s::timestamptz, %(id)s)",
            }
        else:
            parts = {
                "rows": f"SELECT {self.key} AS id, NULL AS moment, search FROM {self.texts}"
                f" WHERE team_id = %(team)s AND {self.key} < %(id)s",
                "order": f"{self.key} DESC",
                "outer_order": "id DESC",
                "found_rows": "SELECT id, NULL AS moment FROM found"
                " WHERE team_id = %(team)s AND id < %(id)s",
            }
        numbers = {"looked_through": LOOKED_THROUGH, "limit": AT_ONCE + 1}
        names = {"texts": self.texts, "key": self.key}
        newest, indexed = (
            statement.format(**parts, **numbers, **names) for statement in (_NEWEST, _INDEXED)
        )
        return newest, indexed


PROMPTS = Source("prompts_prompttext", "prompt_id", "prompts_prompt")
VERSIONS = Source("prompts_versiontext", "version_id")
SYSTEM_PROMPTS = Source("prompts_systemprompttext", "system_prompt_id", "prompts_systemprompt")
RUNS = Source("runs_runtext", "run_id")


@dataclass(frozen=True)
class Mark:
    """Where a page begins: behind the row ``id`` (changed at ``moment``) among the ``kind``."""

    kind: str = ""
    moment: str = "infinity"
    id: int = 10**18 - 1

    @classmethod
    def read(cls, text: str) -> Mark:
        """The mark that ``str`` has written; raises ``BadRequest`` for anything else."""
        if not text:
            return cls()
        match = _MARK.fullmatch(text)
        try:
            if match is None:
                raise ValueError(text)
            moment = datetime.fromisoformat(match[2]).isoformat() if match[2] else "infinity"
        except ValueError:
            raise BadRequest("The address of this page of the search is damaged.") from None
        return cls(match[1] or "", moment, int(match[3]))

    def __str__(self) -> str:
        moment = "" if self.moment == "infinity" else self.moment
        return "_".join(part for part in (self.kind, moment, str(self.id)) if part)


NEWEST = Mark()


@dataclass(frozen=True)
class Found:
    """Keys of up to ``AT_ONCE`` rows, and the mark of what follows, "" when nothing does.

    Not ``is_whole`` when there may be older rows that could not be looked for in time.
    """

    keys: list[int]
    more: str = ""
    is_whole: bool = True


def find(source: Source, team_id: int, query: Query, mark: str = "") -> Found:
    """The rows of a team that match behind ``mark``, newest first.

    Rows that have a name come first when the name matches. Raises ``BadRequest`` for a bad mark.
    """
    begin = Mark.read(mark)
    if not source.rows:
        return _cut(*_find(source, team_id, query.anywhere(team_id), begin), begin)
    named = Found([])
    if begin.kind != "other":
        named = find_named(source, team_id, query, begin)
        if named.more:
            return named
        begin = Mark("other")
    rows, is_whole = _find(source, team_id, query.unnamed(team_id), begin)
    rest = _cut(rows, is_whole, begin, room=AT_ONCE - len(named.keys))
    return Found(named.keys + rest.keys, rest.more, rest.is_whole and named.is_whole)


def find_named(source: Source, team_id: int, query: Query, begin: Mark = NEWEST) -> Found:
    """The rows of a team whose names match, newest first."""
    begin = Mark("named", begin.moment, begin.id)
    return _cut(*_find(source, team_id, query.named(team_id), begin), begin)


def _cut(rows: list[tuple[int, Any]], is_whole: bool, begin: Mark, room: int = AT_ONCE) -> Found:
    """The first ``room`` of the rows found, with a mark when there are more."""
    keys, more = [key for key, _ in rows[:room]], ""
    if len(rows) > room:
        if room:
            key, moment = rows[room - 1]
            begin = Mark(begin.kind, moment.isoformat() if moment else "infinity", key)
        more = str(begin)
    return Found(keys, more, is_whole)


def _find(
    source: Source, team_id: int, query: str, begin: Mark
) -> tuple[list[tuple[int, Any]], bool]:
    """(key, time of change) of one row more than are shown, and whether these are all."""
    newest, indexed = source.statements
    values: dict[str, int | str] = {
        "team": team_id,
        "query": query,
        "moment": begin.moment,
        "id": begin.id,
    }
    with connection.cursor() as cursor:
        cursor.execute(newest, values)
        rows = cursor.fetchall()
        if len(rows) > AT_ONCE:
            return rows, True
        try:
            with transaction.atomic():
                cursor.execute(_LIMITS, [str(PATIENCE_MS)])
                cursor.execute(indexed, values)
                return cursor.fetchall() or rows, True
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            return rows, False
