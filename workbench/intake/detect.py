"""Which reader a text is for, by its form; the name of a file only ever names the prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from workbench.messages_api import clean_text

from .archives import is_archive, other_archive, read_members
from .csv_values import read_csv
from .curl import read_curl
from .elisions import with_elisions
from .javascript import read_javascript
from .json_bodies import read_embedded_json, read_json_body, read_strict_json
from .keys import reading_without_keys, without_keys
from .legacy import read_bare_prompt
from .many_files import read_files
from .mending import mend
from .own_files import read_own_file
from .python import read_python
from .reading import Kind, Reading, Remark
from .streams import read_stream
from .wrapping import fences, unwrapped
from .yaml_files import read_yaml_file

LARGEST_TEXT = 40_000_000
"""Characters of a text, and bytes of a file: a request of 32 MB with what stands around it."""
NOTHING = "nothing"
"""`Reading.kind` of a text that no reader understands."""

Files = Mapping[str, str]
Reader = Callable[[str, str, Files], Reading | None]
_NO_FILES: Files = {}


def read(text: str, name: str = "", files: Files = _NO_FILES) -> Reading:
    """Return the prompts in a text, or remarks on why there are none; never raises.

    `name` is that of the file the text was in, if any; `files` are texts beside it that it may
    name, by their paths from it. Keys are taken out before anything else.
    """
    if len(text) > LARGEST_TEXT:
        return _refused(
            f"This text has {len(text):,} characters, and at most {LARGEST_TEXT:,} are read: "
            "import it in parts."
        )
    text, removed = without_keys(clean_text(text.removeprefix("\ufeff")))
    if not text.strip():
        return _refused("There is no text here: paste a request, or drop a file with one.")
    reading = _best(text, name, files)
    prompts = tuple(with_elisions(mend(prompt)) for prompt in reading.prompts)
    whole = replace(reading, prompts=prompts, remarks=(*removed, *reading.remarks))
    return reading_without_keys(whole)


def read_file(data: bytes, name: str) -> Reading:
    """Return the prompts in a dropped file, or in the files of an archive; never raises."""
    if len(data) > LARGEST_TEXT:
        return _refused(
            f"This file has {len(data):,} bytes, and at most {LARGEST_TEXT:,} are read: import it "
            "in parts."
        )
    if is_archive(data):
        found = read_members(data, name)
        return found if isinstance(found, Reading) else read_files(found, read)
    if kind := other_archive(data):
        return _refused(f"This is a {kind} archive, which is not read: pack it as ZIP or tar.gz.")
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        return _refused(
            f"This file is no text in UTF-8 (byte {error.start + 1:,}): save it as UTF-8 and drop "
            "it again."
        )
    return read(text, name)


def _encoding(data: bytes) -> str:
    """UTF-8, unless the file begins by saying that it is UTF-16."""
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _best(text: str, name: str, files: Files) -> Reading:
    """What the text is as a whole, or its fences one by one where they hold more."""
    whole = _whole(text, name, files)
    parts = fences(text)
    if len(parts) < 2:
        return whole
    readings = [_whole(part, name, files) for part in parts]
    found = [reading for reading in readings if reading.prompts]
    prompts = tuple(prompt for reading in found for prompt in reading.prompts)
    if len(prompts) <= len(whole.prompts):
        return whole
    kinds = ", ".join(dict.fromkeys(reading.kind for reading in found))
    return Reading(kinds, prompts, tuple(r for reading in found for r in reading.remarks))


def _whole(text: str, name: str, files: Files) -> Reading:
    """The first reader that finds prompts, else the first that knows what the text is."""
    known: Reading | None = None
    for part in unwrapped(text):
        for reader in _READERS:
            found = reader(part, name, files)
            if found is not None and (found.prompts or not found.remarks):
                return found
            known = known or found
    return known or _refused(_NOT_UNDERSTOOD, text)


def _refused(sentence: str, text: str = "") -> Reading:
    kept = text.strip()[:2_000]
    return Reading(NOTHING, remarks=(Remark(Kind.NOT_UNDERSTOOD, sentence, text=kept),))


def _alone(reader: Callable[[str, str], Reading | None]) -> Reader:
    """A reader that looks at no other files."""
    return lambda text, name, _files: reader(text, name)


# The most specific form first: what is code may hold JSON, and what is JSON may hold anything.
_READERS: tuple[Reader, ...] = (
    _alone(read_own_file),
    read_strict_json,
    _alone(read_stream),
    read_curl,
    read_python,
    read_javascript,
    read_json_body,
    _alone(read_csv),
    read_yaml_file,
    _alone(read_bare_prompt),
    _alone(read_embedded_json),
)

_NOT_UNDERSTOOD = (
    "This is none of what is understood here: a curl command, Python or TypeScript with the "
    "Anthropic SDK, a JSON body, lines of a batch, a chat-completions body, a prompt with "
    "“Human:” and “Assistant:”, a promptfoo file, a prompt of Langfuse or Phoenix, or a CSV file "
    "of values."
)
