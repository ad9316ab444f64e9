"""Asking an upstream whether it accepts a key, with a call that costs nothing."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from django.utils.module_loading import import_string

from workbench.accounts.models import Connection
from workbench.accounts.upstreams import Upstream
from workbench.messages_api import (
    AuthRefused,
    BillingRefused,
    Client,
    Limits,
    MessagesApiError,
    PermissionRefused,
)

State = Connection.State
# Somebody waits in front of a form.
LIMITS = Limits(connect=5, first_byte=10, whole=15, max_retries=0)


@dataclass(frozen=True)
class Tried:
    """What came of it: the state of the connection, and a sentence about it."""

    state: State
    sentence: str

    @property
    def works(self) -> bool:
        return self.state == State.WORKS


async def tried(upstream: Upstream, key: str) -> Tried:
    """What ``upstream`` says to ``key`` when it is asked for its models; never raises."""
    where = upstream.label
    try:
        async with Client(
            upstream.base_url,
            key,
            limits=LIMITS,
            transport=_transport(upstream),
            auth=upstream.auth,  # type: ignore[arg-type]
        ) as client:
            await client.list_models()
    except AuthRefused:
        return Tried(State.REFUSED, f"{where} refuses the key: it is wrong, revoked or expired.")
    except PermissionRefused:
        return Tried(
            State.WRONG_WORKSPACE,
            f"{where} knows the key, but it has no permission: it may be of another workspace.",
        )
    except BillingRefused:
        return Tried(State.NO_CREDIT, f"{where} accepts the key, but its account has no credit.")
    except MessagesApiError as error:
        return Tried(State.UNTESTED, f"The key could not be tried. {error.sentence}")
    except ValueError:
        return Tried(State.REFUSED, "The key has characters that cannot be sent.")
    return Tried(State.WORKS, f"{where} accepts the key.")


def _transport(upstream: Upstream) -> httpx.AsyncBaseTransport | None:
    transport: httpx.AsyncBaseTransport | None = (
        import_string(upstream.transport)() if upstream.transport else None
    )
    return transport
