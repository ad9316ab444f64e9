"""The commands of ``manage.py`` that start and stop things; they run without Django."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from workbench.launch import backup_commands, upgrade, web
from workbench.launch.dumps import dump_running
from workbench.launch.errors import LaunchError, sentence_for
from workbench.launch.options import ENVIRONMENT, Options
from workbench.launch.places import data_directory
from workbench.launch.supervisor import Commands, Supervisor

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def _up() -> int:
    """Start everything on this machine and print the link; Ctrl-C stops it."""
    return Supervisor(Options.read(os.environ), Commands.of(MANAGE), _say).run()


def _serve() -> int:
    """Run a web server alone; DATABASE_URL names the database."""
    return web.serve(Options.read(os.environ))


def _dump_database() -> int:
    """Save the database of a running Workbench into its directory dumps (the last 7 are kept)."""
    _say(str(dump_running(data_directory())))
    return 0


def _upgrade_database() -> int:
    """Move the data of a stopped Workbench to the Postgres version this one brings."""
    upgrade.upgrade(data_directory(), _say)
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "up": _up,
    "serve": _serve,
    "dump-database": _dump_database,
    "upgrade-database": _upgrade_database,
}
WITH_ARGUMENTS: dict[str, Callable[[Sequence[str]], int]] = {
    "backup": backup_commands.backup,
    "restore": backup_commands.restore,
}
NAMES = COMMANDS.keys() | WITH_ARGUMENTS.keys()


def main(arguments: Sequence[str]) -> int:
    """Run the command ``arguments[0]``; returns the exit code (2: the arguments are wrong)."""
    name, *rest = arguments
    if name in WITH_ARGUMENTS:
        return _run(partial(WITH_ARGUMENTS[name], rest))
    usage = f"Usage: python manage.py {name}\n\n{COMMANDS[name].__doc__}\n\n{ENVIRONMENT}"
    if rest in (["--help"], ["-h"]):
        print(usage, end="")
        return 0
    if rest:
        print(f"{name} takes no arguments.\n\n{usage}", end="", file=sys.stderr)
        return 2
    return _run(COMMANDS[name])


def _run(command: Callable[[], int]) -> int:
    try:
        return command()
    except LaunchError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(sentence_for(error, data_directory()), file=sys.stderr)
    return 1


def _say(line: str) -> None:
    print(line, flush=True)
