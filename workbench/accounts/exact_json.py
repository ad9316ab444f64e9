"""A JSON column that keeps what was written: the order of keys included.

Postgres' ``jsonb`` sorts the keys of objects. The order matters to the Messages API: the properties
of a JSON schema come out in the order they were written in, and a cached prefix must be the same
bytes.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Json


class ExactJSONField(models.JSONField):
    """A ``JSONField`` on the column type ``json``; it cannot be searched by key, nor need it be."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        return None if value is None else Json(value, dumps=_dumps)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return json.loads(value) if isinstance(value, str | bytes) else value


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
