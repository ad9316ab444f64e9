"""The sums as a CSV file that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from .figures import FIGURES
from .filters import GROUPS
from .sums import Sums

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Iterable[Sums], group: str) -> str:
    """One line for each row, behind a line of names; lines end as RFC 4180 has it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([GROUPS[group].lower(), *FIGURES])
    for row in rows:
        writer.writerow([_harmless(row.label), *(getattr(row, name) for name in FIGURES)])
    return text.getvalue()


def _harmless(cell: str) -> str:
    """A name that a spreadsheet would take for a formula gets an apostrophe before it.

    OWASP, "CSV Injection" (https://owasp.org/www-community/attacks/CSV_Injection, 2026-11-29).
    """
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell
