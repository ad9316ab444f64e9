"""Importing the files that versions name: each must be what its hash and its ending say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from workbench.prompts.media.check import Checked, Unusable, check_contents
from workbench.prompts.media.kinds import ENDINGS
from workbench.prompts.media.store import keep_all
from workbench.prompts.models import Media

from .work import Import

AT_ONCE = 20
BUFFER = 32 * 1024 * 1024
"""Bytes of files in memory at once, besides the last."""


def import_media(work: Import) -> None:
    """Check every file, keep those that a version names, and note names that lead nowhere."""
    names = sorted(name for name, place in work.source.places.items() if place.kind == "media")
    brought = {work.source.places[name].slug for name in names}
    kept = _kept(work, {*brought, *work.used_media})
    for digest in sorted(set(work.used_media) - brought - kept - work.absent_media):
        work.problems.add(
            work.used_media[digest],
            f"it names the file {digest[:12]}…, which is neither among these files nor kept here: "
            "export the library again.",
        )
    waiting: list[tuple[str, bytes]] = []
    for name in names:
        content = work.source.read(name)
        if content is None:
            continue
        digest = work.source.places[name].slug
        if hashlib.sha256(content).hexdigest() != digest:
            work.problems.add(name, "its content is not what its name says: export it again.")
        elif digest not in kept:
            waiting.append((name, content))
        if len(waiting) >= AT_ONCE or sum(len(each) for _, each in waiting) > BUFFER:
            _keep(work, waiting)
            waiting = []
    _keep(work, waiting)


def _kept(work: Import, hashes: Iterable[str]) -> set[str]:
    """Those of ``hashes`` that the team keeps already."""
    listed, found = sorted(hashes), set()
    for begin in range(0, len(listed), 1_000):
        rows = Media.objects.filter(team=work.team, sha256__in=listed[begin : begin + 1_000])
        found |= set(rows.values_list("sha256", flat=True))
    return found


def _keep(work: Import, files: list[tuple[str, bytes]]) -> None:
    if not files:
        return
    taken: list[Checked] = []
    found = check_contents([content for _, content in files])
    for (name, content), checked in zip(files, found, strict=True):
        if isinstance(checked, Unusable):
            work.problems.add(name, checked.sentence)
        elif checked.bytes != content or not name.endswith(f".{_ending(checked)}"):
            work.problems.add(name, f"it is {checked.media_type}, not what its name says.")
        elif work.source.places[name].slug in work.used_media:
            taken.append(checked)
    work.report.counts["file"] += len(taken)
    if work.is_writing:
        keep_all(work.team, taken)


def _ending(checked: Checked) -> Any:
    return ENDINGS[checked.media_type]
