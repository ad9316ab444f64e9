"""What a page is told when its stream ends because the reader's rights are not what they were."""

from __future__ import annotations

from workbench.accounts.models import Role

SIGNED_OUT = "Your session has ended. Load this page again, and sign in if it asks you to."
NO_MEMBER = "You can no longer see this run: you are not in this team any more."
LOWERED = "Your role in this team was lowered. Load this page again to see what you may do now."


def farewell(role_then: str, role_now: str | None, *, is_signed_in: bool) -> str:
    """The sentence for who began to watch as ``role_then``; "" while nothing ends it.

    ``role_now`` is None for who is no member. A lower role ends streams even where it may read:
    the page around the stream still offers what only the higher role may do.
    """
    if not is_signed_in:
        return SIGNED_OUT
    if role_now is None:
        return NO_MEMBER
    return LOWERED if Role(role_now).rank < Role(role_then).rank else ""
