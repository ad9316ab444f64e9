"""Foreign keys that include the team: the database refuses a reference across teams."""

from __future__ import annotations

from django.db.migrations import RunSQL


def same_team(table: str, column: str, parent: str) -> RunSQL:
    """The migration step that binds ``column`` of ``table`` to a ``parent`` row of the same team.

    Deferred to the end of the transaction, as Django's own foreign keys are.
    """
    name = f"{table}_{column}_same_team"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (team_id, {column}) "
        f"REFERENCES {parent} (team_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
