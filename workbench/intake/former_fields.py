"""Fields of a Messages body that are not kept, or that stand in another place today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .reading import Kind, Remark
from .remarks import STREAMS, as_text

_MOVED = "output_format is called output_config.format now."
_TWICE = "output_format was left out: output_config.format says what the answer is to be."


def without_former_fields(
    body: Mapping[str, Any], remarks: list[Remark], line: int | None
) -> dict[str, Any]:
    """Return a body without `stream`, and with `output_format` at its place of today.

    What was done is added to `remarks`. A value that neither of the two can have stays, for the
    person to see.
    """
    found = dict(body)
    if isinstance(found.get("stream"), bool):
        remarks.append(Remark(Kind.LEFT_OUT, STREAMS, line, as_text(found.pop("stream"))))
    wanted, config = found.get("output_format"), found.get("output_config", {})
    if not isinstance(wanted, Mapping) or not isinstance(config, Mapping):
        return found
    del found["output_format"]
    if "format" not in config:
        found["output_config"] = {**config, "format": wanted}
        remarks.append(Remark(Kind.CHANGED, _MOVED, line))
    elif config["format"] != wanted:
        remarks.append(Remark(Kind.LEFT_OUT, _TWICE, line, as_text(wanted)))
    return found
