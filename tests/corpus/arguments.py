"""Requests with variables left open, as functions with arguments become them."""

from __future__ import annotations

from types import MappingProxyType

from workbench.export.source import Argument, Source
from workbench.messages_api import MessageRequest

from .pieces import CLOCK, OLD, SAMPLED, ask, assistant, image, plain, request, text, thought, user
from .texts import TEXTS


def _source(request: MessageRequest, **values: str) -> Source:
    return _of(request, values)


def _of(request: MessageRequest, values: dict[str, str]) -> Source:
    arguments = (Argument(name, value, f"The {name}") for name, value in values.items())
    return Source(request, tuple(arguments), "A “prompt” / of: mine")


_NAMES = ("class", "A-B", "self", "client", "message", "anthropic", "print", "_", "let", "input")
_LONG = f"{TEXTS['Markdown']}\nDear {{{{NAME}}}},\n{TEXTS['shell']}{{{{NAME}}}}"

OPEN_SOURCES = MappingProxyType(
    {
        "one": _source(ask("Dear {{NAME}}, hello."), NAME="Ann"),
        "marker alone": _source(ask("{{NAME}}"), NAME="Ann"),
        "marker twice": _source(ask("{{NAME}}{{NAME}} and {{NAME}}"), NAME="Ann"),
        "two": _source(ask("{{A}} {{B}}", system="You are {{B}}."), A="one", B="two"),
        "empty value": _source(ask("[{{A}}]"), A=""),
        "value that is a marker": _source(ask("{{A}} {{B}}"), A="{{B}}", B="{{A}}"),
        "other braces": _source(ask("{{A}} {A} {{ A }} {{{A}}} {{C}} ${A} %(A)s {0}"), A="x"),
        "argument without a marker": _source(ask("Hi"), UNUSED="x"),
        "names that are words of languages": _of(
            ask(" ".join(f"{{{{{name}}}}}" for name in _NAMES)),
            {name: f"<{name}>" for name in _NAMES},
        ),
        "names that differ in case": _of(ask("{{name}} {{NAME}}"), {"name": "a", "NAME": "b"}),
        "names that differ in a sign": _of(
            ask("{{A_B}} {{A-B}} {{a_b}}"), {"A_B": "1", "A-B": "2", "a_b": "3"}
        ),
        "in a long text": _source(ask(_LONG), NAME="Ann"),
        **{
            f"value: {name}": _source(ask("Read:\n{{TEXT}}\nEnd"), TEXT=value.replace("\0", ""))
            for name, value in TEXTS.items()
            if not any(odd in value for odd in "\r\0\ud83d\udc00") and len(value) < 2_000
        },
        **{
            f"around: {name}": _source(ask(f"{value}{{{{TEXT}}}}{value}"), TEXT="x")
            for name, value in TEXTS.items()
            if len(value) < 2_000
        },
        "everywhere": _source(
            request(
                user(text("{{A}}"), plain("{{A}}\n{{B}}", title="{{A}}"), image()),
                assistant(thought("{{A}}"), text("{{A}}")),
                user("{{B}}\n"),
                system=[text("{{B}}")],
                tools=[CLOCK | {"description": "Tells {{A}}."}],
                stop_sequences=["{{A}}", "x"],
                metadata={"user_id": "{{B}}", "{{A}}": 1},
            ),
            A="one",
            B="two\n",
        ),
        "with the old version": _source(
            ask("{{A}}", api_version=OLD, model=SAMPLED, temperature=0.1, betas=("x-1",)), A="x"
        ),
        "odd descriptions": Source(
            ask("{{end}} {{my-tag}} {{class}} {{long}} {{none}}"),
            (
                Argument("end", "1", "Ends */ a comment, /** and `begins` one."),
                Argument("my-tag", "2", "@param values.end - is not this one, nor {@link end}."),
                Argument("class", "3", "{{my-tag}} is another one."),
                Argument("long", "4", "many words, größer als 文字 " * 12 + "and an end"),
                Argument("none", "5"),
            ),
        ),
        "in the model": _source(ask("Hi", model="{{MODEL}}"), MODEL="claude-opus-5-5"),
    }
)
"""The sources by their names. Sent is the request with the values in place of their markers."""
