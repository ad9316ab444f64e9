import inspect

import pytest

from workbench.messages_api import MessagesApiError, errors

CLASSES = [
    each
    for each in vars(errors).values()
    if inspect.isclass(each) and issubclass(each, MessagesApiError) and "kind" in vars(each)
]
KINDS = {
    "connect_refused",
    "dns",
    "tls",
    "connect_timeout",
    "no_response",
    "connection_lost",
    "not_messages_api",
    "invalid_request",
    "auth",
    "permission",
    "billing",
    "not_found",
    "conflict",
    "request_timeout",
    "too_large",
    "rate_limited",
    "upstream_error",
    "overloaded",
    "stream_error_event",
    "stream_cut",
    "stream_incomplete",
    "stall",
    "no_progress",
    "too_big",
    "too_long",
    "bad_stream",
}


def test_the_list_of_kinds_is_closed_and_complete():
    assert {each.kind for each in CLASSES} == KINDS


@pytest.mark.parametrize("error_class", CLASSES)
def test_no_error_is_without_words(error_class):
    error = error_class()
    assert str(error) == error.sentence
    assert error.sentence.endswith(".")
    assert len(error.sentence) > 20
    assert inspect.getdoc(error_class)


@pytest.mark.parametrize("error_class", CLASSES)
def test_the_tree_in_the_docstring_shows_every_error(error_class):
    assert (
        any(
            line.split()[-2:] == [error_class.__name__, error_class.kind]
            for line in errors.__doc__.splitlines()
        )
        or error_class is MessagesApiError
    )


def test_the_sentence_is_put_together_from_its_parts():
    error = MessagesApiError("It broke", "because", "Mend it.")
    error.attempts = 3
    error.advise("Soon.")
    assert str(error) == "It broke after 3 tries: because. Mend it. Soon."
    assert repr(error) == f"MessagesApiError({str(error)!r})"


def test_the_excerpt_is_cut():
    assert len(MessagesApiError("x", excerpt="y" * 9000).excerpt) == 500
