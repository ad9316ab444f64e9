"""Unknown fields, odd numbers and names, orders and sizes: whatever the body view accepts."""

from __future__ import annotations

from typing import Any

from workbench.messages_api import MessageRequest

from .pieces import CLOCK, NEW, OLD, ask, image, pdf, plain, request, text, use, user
from .texts import TEXTS

_NUMBERS = {
    "zero": [0, -0.0, 0.0, -1, 1],
    "one as a fraction": [1.0, 2.0, 100.0, 1e3],
    "fractions": [0.1, 0.2, 1 / 3, -2.5, 3.141592653589793],
    "tiny and huge": [5e-324, 1e-7, 1e21, 1.5e300, 1.7976931348623157e308],
    "beyond the numbers": [float("inf"), float("-inf"), float("nan"), 1e308 * 10],
    "large integers": [2**31, 2**53 - 1, -(2**53 - 1)],
}
_BEYOND = {
    "integers that floats cannot hold": [2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1],
    "integers beyond 64 bits": [2**64, 10**30, -(10**25)],
}
_NAMES = (
    "snake_case",
    "camelCase",
    "kebab-case",
    "with blank",
    "class",
    "from",
    "self",
    "extra_body",
    "extra_headers",
    "betas",
    "timeout",
    "größe",
    "a.b",
    "2nd",
    "\"quoted\" 'twice'",
    "line\nfeed",
    "back\\slash",
    "${x}`y`",
    "__proto__",
    "constructor",
    "toString",
    "{{MARK}}",
    "",
)


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def _body(**body: Any) -> MessageRequest:
    return MessageRequest(NEW, (), body)


_TURN = [{"role": "user", "content": "Hi"}]

REQUESTS = {
    **{f"numbers: {name}": ask(numbers=numbers) for name, numbers in _NUMBERS.items()},
    **{f"numbers: {name}": ask(numbers=numbers) for name, numbers in _BEYOND.items()},
    "numbers: max_tokens as a fraction": ask(max_tokens=1024.0),
    "numbers: max_tokens as a text": ask(max_tokens="1024"),
    "numbers: in a call": request(
        user("x"),
        {"role": "assistant", "content": [use(a=1.0, b=1e21, c=0.1, d=-0.0)]},
        user({"type": "tool_result", "tool_use_id": "toolu_01"}),
    ),
    **{f"unknown field: {name!r}": ask(**{name: {"a": [1, "b"]}}) for name in _NAMES},
    "unknown fields: all of them": ask(**dict.fromkeys(_NAMES, "x")),
    "unknown fields: in a block": ask({"type": "text", "text": "x"} | dict.fromkeys(_NAMES, 1)),
    "unknown fields: with values of every kind": ask(
        a=None, b=True, c=False, d=[], e={}, f="", g=[[], {}, [[]]], h={"i": {"j": None}}
    ),
    "null in every field": ask(
        system=None, metadata=None, tools=None, tool_choice=None, thinking=None, stop_sequences=None
    ),
    "fields of other kinds": ask(system=5, metadata="x", tools={"a": 1}, stop_sequences="END"),
    "no body": _body(),
    "no model": _body(max_tokens=5, messages=_TURN),
    "no max_tokens": _body(model="claude-opus-5-5", messages=_TURN),
    "no messages": _body(model="claude-opus-5-5", max_tokens=5),
    "model that is no text": _body(model=None, max_tokens=5, messages=_TURN),
    "messages that are no list": _body(model="claude-opus-5-5", max_tokens=5, messages="Hi"),
    "turns that are no objects": _body(model="x", max_tokens=5, messages=["Hi", None, 5]),
    "order: messages first": _body(messages=_TURN, system="S", max_tokens=5, model="x"),
    "order: unknown first": _body(zebra=1, messages=_TURN, apple=2, model="x", max_tokens=5),
    "order: keys like numbers": ask(a={"10": 1, "2": 2, "b": 3, "1": 4}),
    "order: keys inside": ask({"cache_control": None, "text": "x", "type": "text"}),
    "depth: thirty levels": ask(deep=_nested(30)),
    "depth: in a tool": ask(tools=[CLOCK | {"input_schema": _nested(20)}]),
    "long lists": ask(numbers=list(range(500)), words=[f"w{number}" for number in range(200)]),
    "wide values": ask(a={f"key_{number}": "v" * number for number in range(90)}),
    "huge: text of 200 KB": ask(TEXTS["Markdown"] * 700),
    "huge: one line of 200 KB": ask("word 'quote' \"two\" " * 10_000),
    "huge: text of quotes": ask('"' * 5_000 + "'" * 5_000 + "\\" * 5_000 + "`" * 5_000),
    "huge: image of 300 KB": ask(image(bytes(range(256)) * 1_200), "?"),
    "huge: many documents": ask(*(plain(f"{number}\n" * 50) for number in range(60)), pdf(), "?"),
    "huge: a thousand turns": request(*(user(f"{number}") for number in range(1_000))),
    "mixture, new": request(
        user(TEXTS["three of both"], TEXTS["backslashes"], TEXTS["line separators"]),
        {"role": "assistant", "content": TEXTS["script"]},
        user(*(text(value) for value in list(TEXTS.values())[:40])),
        system=[text(TEXTS["interpolation"]), text(TEXTS["shell"])],
        stop_sequences=[TEXTS["command"], TEXTS["emoji"]],
        metadata={"user_id": TEXTS["both quotes"]},
    ),
    "mixture, old": request(
        user(TEXTS["XML"]),
        {"role": "assistant", "content": [text(TEXTS["Python"])]},
        user(TEXTS["backticks on lines"]),
        api_version=OLD,
        betas=("x-1", "y-2"),
        model="claude-sonnet-4-6",
        temperature=0.3,
        system=TEXTS["interpolation on lines"],
        unknown={"é": TEXTS["invisible"]},
    ),
}
