"""Fields of a Messages body that are not kept, or that stand in another place today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .reading import Kind, Remark
from .remarks import STREAMS, as_text

_MOVED = "output_format is called output_config.format now."
_TWICE = "output_format was left out: output_config.format says what the answer is to be."


def without_stream(
    body: Mapping[str, Any], remarks: list[Remark], line: int | None
) -> dict[str, Any]:
    """Return a body without `stream`, and add to `remarks` that it had one.

    A value that `stream` cannot have stays, for the person to see.
    """
    found = dict(body)
    if isinstance(found.get("stream"), bool):
        remarks.append(Remark(Kind.LEFT_OUT, STREAMS, line, as_text(found.pop("stream"))))
    return found


def with_format_in_place(body: Mapping[str, Any], remarks: list[Remark]) -> dict[str, Any]:
    """Return a body with `output_format` at its place of today, and add to `remarks` that it was.

    A value that is no format stays, for the person to see.
    """
    found = dict(body)
    wanted, config = found.get("output_format"), found.get("output_config", {})
    if not isinstance(wanted, Mapping) or not isinstance(config, Mapping):
        return found
    del found["output_format"]
    if "format" not in config:
        found["output_config"] = {**config, "format": wanted}
        remarks.append(Remark(Kind.CHANGED, _MOVED))
    elif config["format"] != wanted:
        remarks.append(Remark(Kind.LEFT_OUT, _TWICE, text=as_text(wanted)))
    return found
