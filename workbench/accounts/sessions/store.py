"""The session engine: Django's, with the person and the device beside each session.

The form that Django describes for it: https://docs.djangoproject.com/en/5.2/topics/http/sessions/
#extending-database-backed-session-engines (read 2026-11-29).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from workbench.accounts.middleware import SIGNED_IN_AT
from workbench.accounts.models import Session

USER_AGENT = "user_agent"
ADDRESS = "address"
"""What the sign-in notes in the session, so that its row can say where it is."""


class SessionStore(DatabaseStore):
    """Keeps sessions in ``accounts.Session``."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row for what the session holds."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        user_id = data.get(SESSION_KEY)
        row.user_id = int(user_id) if user_id else None
        row.user_agent = data.get(USER_AGENT, "")
        row.address = data.get(ADDRESS)
        moment = data.get(SIGNED_IN_AT)
        row.signed_in_at = datetime.fromtimestamp(moment, UTC) if user_id and moment else None
        return row
