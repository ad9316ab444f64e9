"""Each run that ends counts once in the team's usage, however it ended."""

from __future__ import annotations

import csv
import io

from .site import Site


def test_runs_count_when_they_end_and_once(site: Site) -> None:
    for scenario in ("short", "status code=401", "error-event after=8"):
        site.over(site.run(f"Count me\nsimulate: {scenario}"))
    lines = csv.DictReader(io.StringIO(site.get("usage/file/?group=member").text))
    (row,) = lines
    assert (row["runs"], row["failed"]) == ("3", "2")
    assert int(row["output_tokens"]) > 0
    assert int(row["output_tokens"]) == site.database.value(
        "SELECT sum(output_tokens) FROM runs_run"
    )
