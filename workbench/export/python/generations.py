"""The generations of the Python SDK, as far as programs differ between them."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.export.python.signatures import Signature, signature


@dataclass(frozen=True)
class Generation:
    """One major version of the SDK."""

    major: str
    version: str
    """The API version that it sends by itself."""
    pin: str

    @property
    def signature(self) -> Signature:
        """The typed arguments of its ``messages.create``."""
        return signature(self.major)


GENERATIONS = (
    Generation("2", "2026-10-21", ">=2,<3"),
    Generation("1", "2023-06-01", ">=1,<2"),
    Generation("0", "2023-06-01", ">=0.125,<1"),
)

LONGEST_WITHOUT_STREAM = 21_333
"""``max_tokens`` above which the SDK refuses to wait for a whole answer."""

SHORTER_WITHOUT_STREAM = {
    "claude-opus-4-20250514": 8_192,
    "claude-opus-4-0": 8_192,
    "claude-4-opus-20250514": 8_192,
    "anthropic.claude-opus-4-20250514-v1:0": 8_192,
    "claude-opus-4@20250514": 8_192,
    "anthropic.claude-opus-4-1-20250805-v1:0": 8_192,
    "claude-opus-4-1@20250805": 8_192,
}
"""The same for models of which the SDK has a limit of its own."""

NOT_IN_PARSE = ("cache_control", "container", "inference_geo")
"""Arguments of ``messages.create`` that ``messages.parse`` does not have."""


def must_stream(body: object) -> bool:
    """Whether the SDK refuses to send ``body`` without streaming."""
    if not isinstance(body, dict):
        return False
    max_tokens, model = body.get("max_tokens"), body.get("model")
    longest = LONGEST_WITHOUT_STREAM
    if isinstance(model, str):
        longest = SHORTER_WITHOUT_STREAM.get(model, longest)
    return isinstance(max_tokens, int) and max_tokens > longest
