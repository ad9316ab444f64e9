"""An error tells nobody a secret: neither its page nor the log, in both of its formats."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from itertools import product
from logging.config import DictConfigurator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from workbench import urls
from workbench.accounts.access import public

from .secrets_of_world import Secrets, content_of

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
ERRORS: dict[int, type[Exception]] = {
    400: SuspiciousOperation,
    403: PermissionDenied,
    404: Http404,
    413: RequestDataTooBig,
    500: RuntimeError,
}
KNOWN_BY_LOOK = ("the key of a connection", "an API token", "the secret of a webhook")
KNOWN_BY_SETTING = (
    *("the operator's key", "the password of the mail server", "the secret of single sign-on"),
    *("METRICS_TOKEN", "SECRET_KEY", "ENCRYPTION_KEY"),
)


@public
def failing(request: HttpRequest, status: int) -> HttpResponse:
    """A view that holds all that was sent in a variable, and says some of it when it fails."""
    everything = request.POST.dict()
    try:
        raise KeyError(everything["said"])
    except KeyError as error:
        raise ERRORS[status](f"No luck with {everything['said']}") from error


urlpatterns = [
    *urls.urlpatterns,
    path("fail/<int:status>/", failing),
    path("api/v1/fail/<int:status>/", failing),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture(params=["line", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the handler of the product writes, with that formatter; of refusals too."""
    configured: dict[str, Any] = django_settings.LOGGING
    configurator = DictConfigurator(configured)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatter = configured["formatters"][request.param]
    handler.setFormatter(configurator.configure_formatter(dict(formatter)))
    for name in configured["handlers"]["stderr"]["filters"]:
        handler.addFilter(configurator.configure_filter(dict(configured["filters"][name])))
    loud = [logging.getLogger(), logging.getLogger("django.request")]
    levels = [logger.level for logger in loud]
    for logger in loud:
        logger.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    for logger, level in zip(loud, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.urls(__name__)
def test_neither_an_error_page_nor_the_log_tells_a_secret(
    log: io.StringIO, clients: dict[str, Client], secrets: Secrets
) -> None:
    every = {name: "\n".join(texts) for name, texts in secrets.texts.items()}
    wrong = []
    said = ("", *KNOWN_BY_LOOK, *KNOWN_BY_SETTING)
    for status, name, headers in product(ERRORS, said, ({}, FRAGMENT)):
        fields = every | {"said": secrets[name] if name else "you"}
        answer = clients["owner"].post(f"/fail/{status}/", fields, headers=headers)
        assert answer.status_code == status
        told = secrets.found_in(content_of(answer))
        told += [f"{secret}, in the log" for secret in secrets.found_in(log.getvalue())]
        wrong += [f"error {status} about {name or 'nothing'} tells {secret}" for secret in told]
        assert "No luck with" in log.getvalue() or status in (403, 404)
        log.seek(0)
        log.truncate()
    assert not wrong


@pytest.mark.urls(__name__)
def test_an_error_tells_a_program_no_secret(log: io.StringIO, secrets: Secrets) -> None:
    wrong = []
    for status, name in product(ERRORS, (*KNOWN_BY_LOOK, *KNOWN_BY_SETTING)):
        fields = {"said": secrets[name], "more": secrets["a recovery code"]}
        answer = Client(raise_request_exception=False).post(f"/api/v1/fail/{status}/", fields)
        assert (answer.status_code, answer["Content-Type"]) in (
            *((each, "application/json") for each in (400, 404, 500)),
        )
        told = secrets.found_in(content_of(answer))
        wrong += [f"the answer to error {status} tells {secret}" for secret in told]
    assert "No luck with" in log.getvalue()
    wrong += [f"the log tells {secret}" for secret in secrets.found_in(log.getvalue())]
    assert not wrong


@pytest.mark.urls(__name__)
def test_the_addresses_of_links_do_not_come_into_the_log(
    log: io.StringIO, clients: dict[str, Client], secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.accounts.throttle.Bucket.take", _broken)
    monkeypatch.setattr("workbench.sharing.links.shared_views.find", _broken)
    for address in (
        f"/join/{secrets['an invitation']}/",
        f"/account/reset/MQ/{secrets['a reset link']}/",
        f"/s/{secrets['a share link']}/",
    ):
        answer = clients["anonymous"].get(address)
        assert answer.status_code == 500
        assert not secrets.found_in(content_of(answer)), address
    assert "[hidden]" in log.getvalue()
    assert secrets.found_in(log.getvalue()) == []


def _broken(*_: object) -> None:
    raise RuntimeError("broken")
