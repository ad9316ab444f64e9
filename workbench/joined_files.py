"""Static files as they are collected: one style sheet and one script, however many files they are.

The sources stay one file per subject and work as they are: where nothing is collected, the browser
follows the imports. A collected page asks for two files in place of thirty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLE_SHEET = "css/app.css"
SCRIPT = "js/app.js"

Sources = dict[str, tuple[Storage, str]]
Read = Callable[[str], str]

_STYLE_IMPORT = re.compile(r'^@import "([^"]+)" layer\(([\w-]+)\);$', re.MULTILINE)
# Whitespace or punctuation before it makes sure that no two words grow together, and that it is
# no part of a string or an address: in those of ours neither stands before `/*`.
_STYLE_COMMENT = re.compile(r"(?:(?<=[\s;{}])|\A)/\*.*?\*/\s*", re.DOTALL)

_MODULE_IMPORT = re.compile(r"^import (?:\{ ([\w, ]+) \} from )?'(\.[^']+)';$", re.MULTILINE)
_MODULE_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_OTHER_MODULE_SYNTAX = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
# Only those with lines of their own. A text that goes over several lines may have no such line.
_SCRIPT_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:[^*]|\*(?!/))*\*/|//.*)\n", re.MULTILINE)


class JoinedFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Collects ``STYLE_SHEET`` and ``SCRIPT`` with what they import in them, the rest as it is."""

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Hash and compress; raises ``ValueError`` for a source that cannot be joined."""
        if dry_run:
            return
        joined, imported = _joined(paths)
        for name in imported:
            self.delete(name)
        rest = {name: source for name, source in paths.items() if name not in imported}
        yield from super().post_process(rest | joined, dry_run, **options)


def joined_style_sheet(name: str, read: Read) -> tuple[str, list[str]]:
    """The sheet ``name`` with each import in its place, and the names of what it imports."""
    imported: list[str] = []

    def sheet(match: re.Match[str]) -> str:
        imported.append(_beside(name, match[1]))
        content = read(imported[-1])
        if "@import" in content or "url(" in content:
            raise ValueError(f"{imported[-1]} has an @import or url(): it cannot be joined.")
        return f"@layer {match[2]} {{\n{_STYLE_COMMENT.sub('', content)}}}"

    return _STYLE_IMPORT.sub(sheet, _STYLE_COMMENT.sub("", read(name))), imported


def joined_script(name: str, read: Read) -> tuple[str, list[str]]:
    """The module ``name`` after all that it imports, each in its own scope; and their names.

    Modules run in the order in which the browser would run them. Only the forms of import and
    export that ours have are known; raises ``ValueError`` for others, and for a circle.
    """
    scopes: dict[str, str] = {}
    open_modules: list[str] = []

    def visit(module: str) -> None:
        if module in open_modules:
            raise ValueError(f"{module} imports itself through {open_modules[-1]}.")
        open_modules.append(module)
        content = read(module)
        needed = [_beside(module, match[2]) for match in _MODULE_IMPORT.finditer(content)]
        for each in needed:
            if each not in scopes:
                visit(each)
        scopes[module] = _scope(module, content, list(scopes))
        open_modules.pop()

    visit(name)
    return "".join(scopes.values()), [module for module in scopes if module != name]


def _joined(paths: Sources) -> tuple[Sources, set[str]]:
    """The joined files, ready to be collected, and the names of those that are in them."""
    memory = InMemoryStorage()
    imported: set[str] = set()

    def read(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return str(file.read().decode("utf-8"))

    for name, join_all in ((STYLE_SHEET, joined_style_sheet), (SCRIPT, joined_script)):
        content, names = join_all(name, read)
        memory.save(name, ContentFile(content.encode()))
        imported.update(names)
    return {name: (memory, name) for name in (STYLE_SHEET, SCRIPT)}, imported


def _scope(module: str, content: str, before: list[str]) -> str:
    """A module as a function that is called at once; what it exports is its value."""
    exported = [match[2] for match in _MODULE_EXPORT.finditer(content)]

    def taken_over(match: re.Match[str]) -> str:
        place = before.index(_beside(module, match[2]))
        return f"const {{ {match[1]} }} = module{place};" if match[1] else ""

    content = _MODULE_IMPORT.sub(taken_over, _MODULE_EXPORT.sub(r"\1", content))
    if unknown := _OTHER_MODULE_SYNTAX.search(content):
        raise ValueError(f"{module}: cannot join {unknown[0]!r}.")
    content = _SCRIPT_COMMENT.sub("", content)
    value = f"return {{ {', '.join(exported)} }};\n" if exported else ""
    return f"const module{len(before)} = (() => {{\n{content}{value}}})();\n"


def _beside(name: str, address: str) -> str:
    return normpath(join(dirname(name), address))
