"""Programs are laid out as ruff leaves them, and ruff and Python find nothing in them."""

import subprocess
import sys

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.export.python_requests import BODIES, TEXTS
from workbench.export.source import Argument, Options, Source
from workbench.export.targets import TARGETS, generate
from workbench.messages_api import MessageRequest

RUFF = (sys.executable, "-m", "ruff")
COMMON = ("--isolated", "--no-cache", "--target-version", "py310", "--stdin-filename", "p.py", "-")
KEYS = [key for key in TARGETS if key.startswith("python-")]

options = st.builds(
    Options,
    **{
        name: st.booleans()
        for name in (
            "streaming",
            "asynchronous",
            "errors",
            "tool_loop",
            "structured",
            "media_files",
        )
    },
    client=st.sampled_from(["anthropic", "bedrock", "vertex"]),
)
arguments = st.just(()) | st.builds(
    lambda value, said: (Argument("who", value, said), Argument("my-name", "x")), TEXTS, TEXTS
)


def ruff(*words, text):
    ran = subprocess.run(
        [*RUFF, *words, *COMMON], input=text.encode(), capture_output=True, check=False
    )
    return ran.stdout.decode(), ran.returncode


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    BODIES, arguments, options, st.sampled_from(KEYS), st.sampled_from(["2023-06-01", "2026-10-21"])
)
@example(  # a description in which nothing can be shown
    {"model": "m", "max_tokens": 1}, (Argument("who", "", "\x00 \u200b"),), Options(), KEYS[0], ""
)
def test_ruff_leaves_a_program_as_it_is(body, given_arguments, chosen, key, version):
    request = MessageRequest(version, ("a-2025-01-01",), body)
    export = generate(Source(request, given_arguments, "A title"), key, chosen)
    text = export.files[0].text
    compile(text, "program.py", "exec")
    formatted, _ = ruff("format", text=text)
    assert text == formatted
    found, code = ruff("check", "--select", "E,F,I,UP,B", "--output-format", "concise", text=text)
    assert code == 0, found
