"""The typed request that views receive."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .access import Access
from .models import User


class WorkbenchRequest(HttpRequest):
    """A request of a signed-in member; ``access`` is set by the view's rule."""

    user: User
    access: Access
    htmx: HtmxDetails
