#!/usr/bin/env python
"""The command line: ``up`` and ``serve`` start Workbench, the rest is Django's."""

from __future__ import annotations

import os
import sys

from workbench.launch.command import NAMES, main
from workbench.launch.errors import LaunchError


def run(arguments: list[str]) -> int:
    """Run one command; a bad setting is shown as its sentence. Returns the exit code."""
    try:
        if arguments and arguments[0] in NAMES:
            return main(arguments)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbench.settings")
        from django.core.management import execute_from_command_line

        execute_from_command_line([sys.argv[0], *arguments])
        return 0
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("workbench"):
            raise
        print(f"{error.name} is missing: run pip install -r requirements.txt", file=sys.stderr)
    except Exception as error:
        from django.core.exceptions import ImproperlyConfigured

        if not isinstance(error, ImproperlyConfigured | LaunchError):
            raise
        print(error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
