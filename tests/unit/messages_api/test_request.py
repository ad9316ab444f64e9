import dataclasses

import pytest

from workbench.messages_api import MessageRequest


def test_the_bytes_are_exactly_the_body_in_its_order():
    request = MessageRequest("2026-10-21", (), {"model": "m", "b": 1, "a": "ü"})
    assert request.json_bytes() == '{"model":"m","b":1,"a":"ü"}'.encode()


def test_stream_is_sent_only_when_asked_for():
    request = MessageRequest("2026-10-21", (), {"model": "m"})
    assert b"stream" not in request.json_bytes()
    assert request.streaming().json_bytes() == b'{"model":"m","stream":true}'


def test_asking_twice_for_streaming_changes_nothing():
    request = MessageRequest("2026-10-21", (), {"model": "m"}).streaming()
    assert request.streaming() is request


def test_betas_are_joined_by_a_comma_without_space():
    headers = MessageRequest("2023-06-01", ("a-1", "b-2"), {}).headers()
    assert headers == {
        "anthropic-version": "2023-06-01",
        "anthropic-beta": "a-1,b-2",
        "content-type": "application/json",
    }
    assert "anthropic-beta" not in MessageRequest("2023-06-01", (), {}).headers()


@pytest.mark.parametrize("beta", ["a,b", "a b", "a\r\nx-evil: 1", "ü", ""])
def test_a_beta_name_that_would_break_the_header_is_refused(beta):
    with pytest.raises(ValueError, match="cannot be sent"):
        MessageRequest("2023-06-01", (beta,), {}).headers()


def test_storing_and_reading_gives_the_same_request():
    request = MessageRequest("2023-06-01", ("a",), {"messages": [{"content": "x\0"}]})
    assert MessageRequest.from_dict(request.to_dict()) == request


def test_a_request_does_not_follow_later_changes_of_the_dict():
    body = {"messages": []}
    request = MessageRequest("2023-06-01", (), body)
    body["messages"].append("late")
    assert request.body == {"messages": []}
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.body = {}


def test_a_request_nested_too_deeply_is_refused_when_it_is_made():
    value: list = []
    for _ in range(300):
        value = [value]
    with pytest.raises(ValueError, match="nested too deeply"):
        MessageRequest("2023-06-01", (), {"a": value})
