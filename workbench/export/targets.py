"""Every kind of code, in the order of the dialog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from workbench.export.curl import CURL
from workbench.export.python import plain_http, sdk
from workbench.export.raw import RAW
from workbench.export.source import Export, Options, Source, Target
from workbench.export.typescript import TYPESCRIPT_0, TYPESCRIPT_1

_IN_ORDER = (*sdk.TARGETS, plain_http.TARGET, TYPESCRIPT_1, TYPESCRIPT_0, CURL, RAW)

TARGETS: Mapping[str, Target] = {target.key: target for target in _IN_ORDER}


def generate(source: Source, key: str, options: Options) -> Export:
    """The code of the target ``key``. Raises ``KeyError`` for an unknown key.

    Options that the target does not have, and clients that it does not know, are its defaults.
    """
    target = TARGETS[key]
    defaults: dict[str, Any] = {
        field.name: field.default for field in fields(Options) if field.name not in target.options
    }
    if "client" in target.options and options.client not in dict(target.clients):
        defaults["client"] = target.clients[0][0]
    return target.generate(source, replace(options, **defaults))
