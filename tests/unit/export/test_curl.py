"""The shell script: its body is exact, whatever the texts hold."""

import base64
import json
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.export.curl import CURL
from workbench.export.source import Argument, Options, Source
from workbench.messages_api import MessageRequest

PICTURE = base64.b64encode(b"\x89PNG" + bytes(range(256)) * 3).decode()
IMAGE = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": PICTURE},
}


def export_of(body, *, arguments=(), betas=(), **options):
    request = MessageRequest("2026-10-21", betas, body)
    return CURL.generate(Source(request, arguments, "A script"), Options(**options))


def sent(export, folder):
    """What bash gives to curl: the real script, with `cat` called in the place of curl."""
    for file in export.files:
        (folder / file.path).write_bytes(file.data)
    script = export.files[0].text
    script = script.replace('cd "$(dirname "$0")"\n', "")  # it is read from standard input here
    start, end = script.index("curl -"), script.index("--data-binary @-")
    script = f"{script[:start]}cat {script[end + len('--data-binary @-') :]}".replace("| show", "")
    ran = subprocess.run(
        ["bash", "-s"], input=script.encode(), cwd=folder, capture_output=True, check=True
    )
    return json.loads(ran.stdout)


ODD = (
    "'\"\\`$(id)${HOME} \x01\x7f\x85\u2028\u2029</script> {{A}} 🎉\nJSON\n\nEOF\n "
    '\\u0000 "\\u0000" '
)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.text(), st.text() | st.text(ODD) | st.integers() | st.floats()))
def test_bash_gives_every_character_to_curl(tmp_path_factory, body):
    request = MessageRequest("2026-10-21", body={**body, "odd": ODD})
    export = CURL.generate(Source(request), Options(streaming=False))
    assert "\x7f" not in export.files[0].text
    expected = {k: v for k, v in request.body.items() if (k, v) != ("stream", True)}
    assert json.dumps(sent(export, tmp_path_factory.mktemp("x"))) == json.dumps(expected)


def test_media_in_files_gives_the_same_body(tmp_path):
    document = {**IMAGE, "type": "document"}
    odd = {"type": "text", "text": ODD}
    messages = [{"role": "user", "content": [IMAGE, odd, document, IMAGE]}]
    export = export_of({"messages": messages}, media_files=True)
    assert [file.path for file in export.files] == ["a-script.sh", "image-1.png"]
    assert PICTURE not in export.files[0].text
    assert sent(export, tmp_path) == {"messages": messages, "stream": True}


def test_base64_that_a_file_would_not_give_back_stays_inside():
    for text in (PICTURE.rstrip("=") + "A", "QUJ=", "AA AA", ""):
        source = {"type": "base64", "media_type": "image/png", "data": text}
        export = export_of({"messages": [{"source": source}]}, media_files=True)
        assert len(export.files) == 1
        assert json.dumps(text) in export.files[0].text
        assert "no media" in export.notes[0]


def test_headers_survive_the_shell():
    script = export_of({}, betas=("it's-$(id)", '"`b')).files[0].text
    assert """-H 'anthropic-beta: it'"'"'s-$(id),"`b'""" in script
    assert "-H 'anthropic-version: 2026-10-21'" in script


def test_variables_are_filled_in_once_and_not_inside_thinking():
    thinking = {"type": "thinking", "thinking": "{{A}}", "signature": "x"}
    body = {"system": "{{A}} {{B}} {{C}}", "messages": [thinking], "{{A}}": 1}
    export = export_of(body, arguments=(Argument("A", "{{B}}"), Argument("B", 'b"')))
    script = export.files[0].text
    assert '"system": "{{B}} b\\" {{C}}"' in script
    assert '"thinking": "{{A}}"' in script
    assert '"{{A}}": 1' in script
    assert export.notes[0].startswith("The variables are filled in")


def test_a_stream_is_not_held_back():
    assert "curl -N " in export_of({}).files[0].text
    assert "curl -N " not in export_of({}, streaming=False).files[0].text


def test_bash_accepts_the_script():
    for options in ({}, {"streaming": False}, {"media_files": True}):
        script = export_of({"messages": [IMAGE]}, **options).files[0].data
        subprocess.run(["bash", "-n"], input=script, check=True)
