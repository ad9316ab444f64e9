"""Fixtures: a clock that moves by hand, a client with a scripted network, a request."""

import pytest

from workbench.messages_api import Client, Limits, MessageRequest

from .scripted import KEY, FakeTime, ScriptedTransport


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def make_client(fake_time):
    """Return a function that makes a client whose network is the given scripts."""

    def make(*scripts: object, limits: Limits | None = None, **options) -> Client:
        return Client(
            options.pop("base_url", "https://api.anthropic.com"),
            KEY,
            limits=limits or Limits(),
            transport=ScriptedTransport(*scripts),
            sleep=fake_time.sleep,
            monotonic=fake_time.monotonic,
            wall_clock=lambda: 1_800_000_000.0,
            jitter=lambda: 0.0,
            **options,
        )

    return make


@pytest.fixture
def request_to_send() -> MessageRequest:
    return MessageRequest(
        "2026-10-21",
        (),
        {
            "model": "claude-opus-5-5",
            "max_tokens": 64,
            "messages": [{"role": "user", "content": "Hi"}],
        },
    )
