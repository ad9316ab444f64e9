"""Commands written for cmd and for PowerShell, as a POSIX shell would write them."""

from __future__ import annotations

import re
import shlex

from workbench.intake.mendings import Mendings

_CARET = re.compile(r"\^[ \t]*(?:\n|\Z)")
_BACKTICK = re.compile(r"(?<=\s)`[ \t]*(?:\n|\Z)")
_POWERSHELL = re.compile(
    r"\bInvoke-(?:RestMethod|WebRequest)\b|\$env:\w|^\s*\$\w+[ \t]*=[ \t]*(?:@|[\"'])"
    r"|\biwr\b|\birm\b",
    re.IGNORECASE | re.MULTILINE,
)
_CMD_QUOTED = re.compile(r"-(?:d|H|-data(?:-raw|-binary)?|-header|-json)[ \t]+\"")
_POSIX_QUOTE = re.compile(r"(?<=\s)'")
_ENVIRONMENT = re.compile(r"%(\w+)%")
_HERE_STRING = re.compile(r"@(['\"])[ \t]*\n(.*?)\n[ \t]*\1@", re.DOTALL)
# What they say is read from the text as it was written.
_PS_HEADERS = re.compile(
    r"(-Headers)[ \t]+@\{(?:[^{}\"']|'[^']{0,2000}'|\"(?:[^\"`]|`[\s\S]){0,2000}\"){0,4000}\}",
    re.IGNORECASE,
)
_PS_VARIABLE = re.compile(r"\$(?:env:)?(\w+)|\$\{(?:env:)?(\w+)\}", re.IGNORECASE)
_PS_ASSIGNMENT = re.compile(r"^[ \t]*\$(\w+)[ \t]*=[ \t]*", re.MULTILINE)


def is_powershell(text: str) -> bool:
    """Return whether a text is written for PowerShell."""
    return _POWERSHELL.search(text) is not None or _BACKTICK.search(text) is not None


def is_cmd(text: str) -> bool:
    """Return whether a text is written for cmd."""
    if _CARET.search(text):
        return True
    is_double = _CMD_QUOTED.search(text) is not None and not _POSIX_QUOTE.search(text)
    return is_double and '""' in text and "\\\n" not in text


def from_cmd(text: str, mendings: Mendings) -> str:
    """Return a command for cmd with the quotes and line ends of a POSIX shell."""
    mendings.say(0, "This is a command for the Windows command prompt.")
    text = _CARET.sub(lambda match: "\\\n" if match[0].endswith("\n") else "", text)
    parts: list[str] = []
    at = 0
    while (begin := text.find('"', at)) >= 0:
        parts.append(_outside(text[at:begin]))
        inner, at = _quoted(text, begin + 1)
        parts.append(_variables(inner))
    parts.append(_outside(text[at:]))
    return "".join(parts)


def _outside(text: str) -> str:
    return _ENVIRONMENT.sub(r"${\1}", re.sub(r"\^(?=[^\s])", "", text))


def _quoted(text: str, begin: int) -> tuple[str, int]:
    """What stands between double quotes, in which `\\"` and `""` are one."""
    parts: list[str] = []
    at = begin
    stops = re.compile(r'\\+"|""|\^\n|\\\n|"')
    while match := stops.search(text, at):
        parts.append(text[at : match.start()])
        at = match.end()
        if match[0] == '"':
            return "".join(parts), at
        if match[0] == '""':
            if _ends_here(text, at):
                parts.append("")
                return "".join([*parts]), at
            parts.append('"')
        elif match[0].endswith("\n"):
            parts.append("\n")
        else:
            slashes = len(match[0]) - 1
            parts.append("\\" * (slashes // 2))
            if slashes % 2 == 0:
                return "".join(parts), at
            parts.append('"')
    parts.append(text[at:])
    return "".join(parts), len(text)


def _ends_here(text: str, at: int) -> bool:
    """Whether `""` was nothing in quotes, as at the end of a command."""
    return text[at : at + 1] in ("", "\n") and text[at - 3 : at - 2].isspace()


def _variables(inner: str) -> str:
    """A text for a POSIX shell, with `%NAME%` left for it to replace."""
    parts = _ENVIRONMENT.split(inner)
    texts = [shlex.quote(part) for part in parts[::2]]
    names = [f'"${{{name}}}"' for name in parts[1::2]]
    return "".join(text + name for text, name in zip(texts, [*names, ""], strict=True))


def from_powershell(text: str, mendings: Mendings) -> str:
    """Return a script for PowerShell with the quotes and line ends of a POSIX shell."""
    mendings.say(0, "This is a command for PowerShell.")
    text = _BACKTICK.sub("\\\\\n", text)
    text = _PS_HEADERS.sub(lambda match: f"{match[1]} ''" + "\\\n" * match[0].count("\n"), text)
    text = _HERE_STRING.sub(lambda match: _here(match), text)
    parts: list[str] = []
    at = 0
    for match in re.finditer(r"'(?:[^']|'')*'|\"(?:[^\"`]|`[\s\S]|\"\")*\"|\"[^\"]*\Z", text):
        parts.append(_plain(text[at : match.start()]))
        parts.append(_string(match[0]))
        at = match.end()
    parts.append(_plain(text[at:]))
    return "".join(parts)


def _here(match: re.Match[str]) -> str:
    if match[1] == "'":
        return "'" + match[2].replace("'", "''") + "'"
    return '"' + match[2].replace('"', '""') + '"'


def _plain(text: str) -> str:
    text = _PS_ASSIGNMENT.sub(r"\1=", text)
    return _PS_VARIABLE.sub(lambda match: f'"${{{match[1] or match[2]}}}"', text)


def _string(text: str) -> str:
    inner = text[1:-1] if text[-1:] == text[:1] and len(text) > 1 else text[1:]
    if text[0] == "'":
        return shlex.quote(inner.replace("''", "'").replace('\\"', '"'))
    inner = re.sub(r"`([\s\S])", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), inner)
    inner = inner.replace('""', '"').replace('\\"', '"')
    parts = re.split(r"\$(?:env:)?(\w+)", inner, flags=re.IGNORECASE)
    texts = [shlex.quote(part) for part in parts[::2]]
    names = [f'"${{{name}}}"' for name in parts[1::2]]
    return "".join(one + name for one, name in zip(texts, [*names, ""], strict=True))
