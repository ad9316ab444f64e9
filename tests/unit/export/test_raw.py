"""The body as JSON: every character, every number, every key in its place."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.export.raw import RAW
from workbench.export.source import Argument, Options, Source
from workbench.messages_api import MessageRequest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.dictionaries(st.text().filter(lambda key: key != "stream"), JSON))
def test_the_file_is_the_body(body):
    request = MessageRequest("2026-10-21", body=body)
    written = json.loads(RAW.generate(Source(request), Options(streaming=False)).files[0].text)
    assert json.dumps(written) == json.dumps(request.body)


def test_numbers_and_characters_are_written_as_they_are():
    request = MessageRequest(
        "2026-10-21", body={"b": 1.0, "a": 123456789012345678901, "text": "Grüße\u2028 🎉"}
    )
    export = RAW.generate(Source(request, title="Été at  the Lake!"), Options(streaming=False))
    assert export.files[0].path == "t-at-the-lake.json"
    assert export.files[0].text == (
        '{\n  "b": 1.0,\n  "a": 123456789012345678901,\n  "text": "Grüße\u2028 🎉"\n}\n'
    )


def test_stream_is_there_exactly_when_it_streams():
    for stored in ({}, {"stream": True}):
        source = Source(MessageRequest("2026-10-21", body={"model": "m", **stored}))
        for streaming in (True, False):
            text = RAW.generate(source, Options(streaming=streaming)).files[0].text
            assert ("stream" in json.loads(text)) is streaming


def test_the_headers_stand_in_the_notes_and_steps():
    request = MessageRequest("2023-06-01", ("a-2026-01-01", "it's"), {"model": "m"})
    export = RAW.generate(Source(request), Options())
    for header in ("anthropic-version: 2023-06-01", "anthropic-beta: a-2026-01-01,it"):
        assert header in export.notes[0]
        assert header in export.steps[-1]


def test_what_no_header_can_carry_is_said():
    request = MessageRequest("2026-10-21", ("good", "not good"), {"model": "m"})
    export = RAW.generate(Source(request), Options())
    assert "anthropic-beta: good;" in export.notes[0]
    assert export.notes[1] == (
        "“not good” is left out: it cannot be sent as an API version or beta name."
    )


def test_open_variables_stay_in_and_are_named():
    request = MessageRequest("2026-10-21", body={"system": "About {{TOPIC}}"})
    export = RAW.generate(Source(request, (Argument("TOPIC", "bees"),)), Options())
    assert '"About {{TOPIC}}"' in export.files[0].text
    assert "{{TOPIC}}" in export.notes[1]
