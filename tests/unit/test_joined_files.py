"""One style sheet and one script, joined from many as they are collected."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from workbench.joined_files import SCRIPT, STYLE_SHEET, joined_script, joined_style_sheet

SOURCES = Path(__file__).resolve().parents[2] / "static"


def reader(**files: str) -> Callable[[str], str]:
    """Reads ``a_css`` where ``a.css`` is asked for."""
    return lambda name: files[re.sub(r"\W", "_", name)]


def test_each_imported_sheet_stands_in_its_layer_in_order() -> None:
    read = reader(
        app_css='/* head */\n@layer a, b;\n@import "x.css" layer(a);\n@import "y.css" layer(b);\n',
        x_css="p { color: red }\n",
        y_css="i { color: blue }\n",
    )
    assert joined_style_sheet("app.css", read) == (
        "@layer a, b;\n@layer a {\np { color: red }\n}\n@layer b {\ni { color: blue }\n}\n",
        ["x.css", "y.css"],
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/* a */ p { color: red } /* b\n c */\ni { top: 0 }", "p { color: red } i { top: 0 }"),
        ("p {/* a */top: 0;/* b */left: 0 }", "p {top: 0;left: 0 }"),
        ('p::after { content: "/*x*/" }', 'p::after { content: "/*x*/" }'),
        (".a .b/* a */.c { top: 0 }", ".a .b/* a */.c { top: 0 }"),
    ],
)
def test_a_comment_goes_only_where_nothing_grows_together(written: str, kept: str) -> None:
    read = reader(app_css='@import "x.css" layer(a);', x_css=written)
    assert joined_style_sheet("app.css", read)[0] == f"@layer a {{\n{kept}}}"


@pytest.mark.parametrize("content", ['@import "z.css";', "p { background: url(x.png) }"])
def test_a_sheet_that_names_other_files_cannot_be_joined(content: str) -> None:
    read = reader(app_css='@import "x.css" layer(a);', x_css=content)
    with pytest.raises(ValueError, match=r"x\.css has an @import or url"):
        joined_style_sheet("app.css", read)


def test_a_module_runs_once_and_after_what_it_imports() -> None:
    read = reader(
        app_js="import './a.js';\nimport './b.js';\nrun();\n",
        a_js="import { two } from './b.js';\ntwo(1);\n",
        b_js="/** Twice. */\nexport function two(n) { return 2 * n; }\n",
    )
    content, modules = joined_script("app.js", read)
    assert modules == ["b.js", "a.js"]
    assert content == (
        "const module0 = (() => {\nfunction two(n) { return 2 * n; }\nreturn { two };\n})();\n"
        "const module1 = (() => {\nconst { two } = module0;\ntwo(1);\n})();\n"
        "const module2 = (() => {\n\n\nrun();\n})();\n"
    )


@pytest.mark.parametrize(
    "line", ["import x from './a.js';", "export default 1;", "export let x = 1;", "export { x };"]
)
def test_a_form_of_import_or_export_that_is_not_known_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="cannot join"):
        joined_script("app.js", reader(app_js=f"{line}\n"))


def test_modules_that_import_each_other_are_refused() -> None:
    read = reader(app_js="import './a.js';\n", a_js="import './app.js';\n")
    with pytest.raises(ValueError, match="imports itself"):
        joined_script("app.js", read)


def test_every_source_is_in_one_of_the_two_files() -> None:
    def read(name: str) -> str:
        return (SOURCES / name).read_text("utf-8")

    for name, join_all in ((STYLE_SHEET, joined_style_sheet), (SCRIPT, joined_script)):
        content, joined = join_all(name, read)
        folder, ending = name.split("/")[0], f"*{Path(name).suffix}"
        sources = {path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob(ending)}
        assert {*joined, name} == sources, f"all of {folder} is imported"
        assert not re.search(r"^(import|export|@import)", content, re.MULTILINE)


def test_collected_files_have_no_trace_of_what_was_joined(tmp_path: Path) -> None:
    storages = {"staticfiles": {"BACKEND": "workbench.joined_files.JoinedFilesStorage"}}
    with override_settings(STATIC_ROOT=str(tmp_path), STORAGES=storages):
        for _ in range(2):  # a second time finds the files of the first
            call_command("collectstatic", interactive=False, verbosity=0)
    styles = {path.name for path in (tmp_path / "css").rglob("*.css")}
    scripts = {path.name for path in (tmp_path / "js").rglob("*.js")}
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert styles == {names[STYLE_SHEET].split("/")[-1]}
    assert scripts == {names[SCRIPT].split("/")[-1]}
    assert "@import" not in (tmp_path / names[STYLE_SHEET]).read_text("utf-8")
