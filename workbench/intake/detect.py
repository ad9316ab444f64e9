"""Which reader a text is for, by its form; the name of a file only ever names the prompt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from workbench.messages_api import clean_text

from .json_bodies import read_json_body, read_strict_json
from .keys import reading_without_keys, without_keys
from .legacy import read_bare_prompt
from .mending import mend
from .own_files import read_own_file
from .reading import Kind, Reading, Remark
from .streams import read_stream
from .wrapping import unwrapped

LARGEST_TEXT = 40_000_000
"""Characters of a text that is read: a request of 32 MB with what stands around it."""
NOTHING = "nothing"
"""`Reading.kind` of a text that no reader understands."""

Reader = Callable[[str, str], Reading | None]


def read(text: str, name: str = "") -> Reading:
    """Return the prompts in a text, or remarks on why there are none; never raises.

    `name` is that of the file the text was in, if any. Keys are taken out before anything else.
    """
    if len(text) > LARGEST_TEXT:
        return _refused(
            f"This text has {len(text):,} characters, and at most {LARGEST_TEXT:,} are read: "
            "import it in parts."
        )
    text, removed = without_keys(clean_text(text.removeprefix("\ufeff")))
    if not text.strip():
        return _refused("There is no text here: paste a request, or drop a file with one.")
    reading = _best(text, name)
    prompts = tuple(mend(prompt) for prompt in reading.prompts)
    whole = replace(reading, prompts=prompts, remarks=(*removed, *reading.remarks))
    return reading_without_keys(whole)


def read_file(data: bytes, name: str) -> Reading:
    """Return the prompts in a dropped file; see `read`."""
    if len(data) > LARGEST_TEXT:
        return _refused(
            f"This file has {len(data):,} bytes, and at most {LARGEST_TEXT:,} are read: import it "
            "in parts."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _refused(
            f"This file is no text in UTF-8 (byte {error.start + 1:,}): save it as UTF-8 and drop "
            "it again."
        )
    return read(text, name)


def _best(text: str, name: str) -> Reading:
    """The first reader that finds prompts, else the first that knows what the text is."""
    known: Reading | None = None
    for part in unwrapped(text):
        for reader in _READERS:
            found = reader(part, name)
            if found is not None and (found.prompts or not found.remarks):
                return found
            known = known or found
    return known or _refused(_NOT_UNDERSTOOD, text)


def _refused(sentence: str, text: str = "") -> Reading:
    kept = text.strip()[:2_000]
    return Reading(NOTHING, remarks=(Remark(Kind.NOT_UNDERSTOOD, sentence, text=kept),))


def _own(text: str, _name: str) -> Reading | None:
    return read_own_file(text)


_READERS: tuple[Reader, ...] = (
    _own,
    read_strict_json,
    read_stream,
    read_json_body,
    read_bare_prompt,
)

_NOT_UNDERSTOOD = (
    "This is none of what is understood here: a curl command, Python or TypeScript with the "
    "Anthropic SDK, a JSON body, lines of a batch, a chat-completions body, a prompt with "
    "“Human:” and “Assistant:”, a promptfoo file, a prompt of Langfuse or Phoenix, or a CSV file "
    "of values."
)
