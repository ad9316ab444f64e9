"""The sums as a CSV file that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from workbench.accounts.csv_cells import harmless

from .figures import FIGURES
from .filters import GROUPS
from .sums import Sums


def csv_text(rows: Iterable[Sums], group: str) -> str:
    """One line for each row, behind a line of names; lines end as RFC 4180 has it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([GROUPS[group].lower(), *FIGURES])
    for row in rows:
        name = row.key if group == "day" else row.label
        writer.writerow([harmless(name), *(getattr(row, name) for name in FIGURES)])
    return text.getvalue()
