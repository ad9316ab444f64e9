"""Cells of CSV files that a spreadsheet opens without running anything in it."""

from __future__ import annotations

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it.

    OWASP, "CSV Injection" (https://owasp.org/www-community/attacks/CSV_Injection, 2026-11-29).
    """
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell
