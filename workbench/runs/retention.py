"""Deletes what a team has decided not to keep any longer: once an hour, in small batches.

Every web process looks; an advisory lock lets one of them work at a time. The sums of usage stay:
they are kept by themselves.
"""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import datetime, timedelta

from asgiref.sync import sync_to_async
from django.db import Error, connection, connections, transaction
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.models import Team
from workbench.accounts.retention.events import delete_old_events

from .models import ACTIVE, Comparison, Run

logger = logging.getLogger(__name__)

HOUR = 3600.0
FIRST_SECONDS = (60.0, 300.0)  # after a start; processes that start together do not look together
PAUSE = 0.2  # seconds between two batches, for those who work meanwhile
BATCH = 200  # runs; each may bring a log of megabytes
LOCK = 0x57_4B_42_02  # the class of our advisory locks: "WKB", 2


async def keep_tidy() -> None:
    """Sweep once an hour, for ever."""
    await asyncio.sleep(random.uniform(*FIRST_SECONDS))
    while True:
        pause = HOUR
        try:
            deleted = await sync_to_async(_one_batch, thread_sensitive=False)()
            pause = PAUSE if deleted else HOUR
        except Error as error:
            logger.warning("What is too old could not be deleted: %s", error)
        except Exception:
            logger.exception("What is too old could not be deleted")
        await asyncio.sleep(pause)


def _one_batch() -> int:
    """A batch, after which the thread's connection goes back: the next one is an hour away."""
    try:
        return delete_a_batch()
    finally:
        connections.close_all()


def delete_a_batch() -> int:
    """Delete some of what is too old; 0 when nothing is, or another process is at it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
        now = timezone.now()
        for team in Team.objects.exclude(run_days=None, audit_days=None).order_by("pk"):
            if deleted := _of_team(team, now):
                return deleted
    return 0


def _of_team(team: Team, now: datetime) -> int:
    runs = events = 0
    if team.run_days is not None:
        runs = _delete_runs(team, now - timedelta(days=team.run_days))
    if team.audit_days is not None:
        events = delete_old_events(team, team.audit_days)
    if runs or events:
        audit.record(None, "retention.sweep", team=team, runs=runs, audit_events=events)
    return runs + events


def _delete_runs(team: Team, before: datetime) -> int:
    """Delete the oldest runs of the team that are older, and comparisons that then have none."""
    # Ids grow with time, so the oldest are found without a look at the others.
    oldest = Run.objects.filter(team=team).exclude(state__in=ACTIVE).order_by("pk")
    rows = oldest.values_list("pk", "created_at", "comparison_id")[:BATCH]
    found = [(pk, comparison) for pk, created_at, comparison in rows if created_at < before]
    if not found:
        return 0
    # Without the requests and answers: they need not be read to be deleted.
    Run.objects.filter(pk__in=[pk for pk, _ in found]).only("pk").delete()
    compared = {comparison for _, comparison in found if comparison}
    Comparison.objects.filter(pk__in=compared, runs=None).delete()
    return len(found)
