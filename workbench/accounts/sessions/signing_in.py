"""Noting the device when somebody signs in, whichever door they came through."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from workbench.accounts.address import client_address
from workbench.accounts.middleware import SIGNED_IN_AT
from workbench.messages_api import clean_text

from .store import ADDRESS, USER_AGENT

LONGEST_USER_AGENT = 400


def note_device(request: HttpRequest, **arguments: Any) -> None:
    """Put the time, the browser and the address of a sign-in into its session."""
    user_agent = clean_text(request.headers.get("User-Agent", ""))
    request.session[USER_AGENT] = user_agent[:LONGEST_USER_AGENT]
    request.session[ADDRESS] = client_address(request)
    request.session[SIGNED_IN_AT] = int(time.time())


def listen() -> None:
    """Note the device of every sign-in from now on."""
    user_logged_in.connect(note_device, dispatch_uid="accounts.note_device")
