"""The whole API in OpenAPI 3.1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from workbench.version import version

from .allowance import BURST, PER_SECOND
from .listing import LIMIT, MOST
from .schemas import SCHEMAS, TEXT, Schema, ref

INTRODUCTION = f"""Reads the library of a team: its prompts, their versions and its system prompts.

Make a token on the page Tokens of the team and send it in the header Authorization. Every answer
with an ETag answers 304, without a body, while nothing has changed and If-None-Match names it.
Errors are JSON. A token may read {BURST:,} times at once and {PER_SECOND} times a second. There is
no CORS: it is for servers, since a token in a web page is everybody's."""
NOT_AUTHORISED = {401: "no token, a wrong one, or one that was revoked"}
LIMITED = {429: "the token has read too often; Retry-After says when to come back"}


@dataclass(frozen=True)
class Reading:
    """One address: what it is for, its parameters, and the schema of its answer."""

    path: str
    summary: str
    answer: str
    parameters: tuple[Schema, ...] = ()
    errors: tuple[int, ...] = (400,)
    media_type: str = "application/json"


def _in_query(name: str, description: str, schema: Schema | None = None) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema or TEXT}


def _in_path(name: str, description: str) -> Schema:
    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
    there = {"name": name, "in": "path", "required": True}
    return there | {"description": description, "schema": schema}


SLUG = _in_path("slug", "Its name in addresses, as lists show it.")
TAG = _in_query("tag", "Only those with this tag.")
VERSION = _in_query("version", "The number of a version.", {"type": "integer", "minimum": 0})
LISTED = (
    _in_query("before", "Where the page begins: taken from “next” of the page before."),
    _in_query(
        "limit",
        "The most entries of a page.",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
    ),
)
VALUES: tuple[Schema, ...] = (
    _in_query(
        "values",
        "A JSON object of texts by the names of variables. An empty text stands for the default.",
    ),
    {
        "name": "variables",
        "in": "query",
        "description": "Values one by one: var.NAME=text.",
        "style": "form",
        "explode": True,
        "schema": {
            "type": "object",
            "patternProperties": {r"^var\.": TEXT},
            "additionalProperties": False,
        },
    },
)
MEDIA = _in_query(
    "media", "inline puts files into the body as base64.", {"type": "string", "enum": ["inline"]}
)
READINGS = (
    Reading(
        "/api/v1/prompts/",
        "Prompts that are not archived, the last changed first",
        "Prompts",
        (
            TAG,
            _in_query("label", "Only those with a version that has this label."),
            _in_query("model", "Only those whose latest version is for this model."),
            *LISTED,
        ),
    ),
    Reading(
        "/api/v1/prompts/{slug}/",
        "One version of a prompt, and the request that is ready to send",
        "PromptRead",
        (SLUG, _in_query("label", "The version that has it."), VERSION, *VALUES, MEDIA),
        (400, 404, 422),
    ),
    Reading(
        "/api/v1/prompts/{slug}/versions/",
        "The versions of a prompt, the newest first",
        "PromptVersions",
        (SLUG, *LISTED),
        (400, 404),
    ),
    Reading(
        "/api/v1/system-prompts/",
        "System prompts that are not archived, the last changed first",
        "SystemPrompts",
        (TAG, *LISTED),
    ),
    Reading(
        "/api/v1/system-prompts/{slug}/",
        "One version of a system prompt, with its text",
        "SystemPromptRead",
        (SLUG, VERSION),
        (400, 404),
    ),
    Reading(
        "/api/v1/media/{sha256}/",
        "The bytes of a file that a prompt names",
        "",
        (_in_path("sha256", "Its SHA-256 in hexadecimal digits."),),
        (404,),
        "*/*",
    ),
)
SENTENCES = {
    400: "the address has a parameter that cannot be understood",
    404: "the team has no such thing",
    422: "a variable has no value or is not declared, or the version cannot be sent",
} | (NOT_AUTHORISED | LIMITED)


def description() -> dict[str, Any]:
    """The document, for the release and the address of this installation."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Workbench", "version": version(), "description": INTRODUCTION},
        "servers": [{"url": settings.SITE_URL}],
        "security": [{"token": []}],
        "paths": {each.path: {"get": _operation(each)} for each in READINGS}
        | {"/api/v1/openapi.json": {"get": _OF_THIS}},
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_OF_THIS = {
    "summary": "This description",
    "operationId": "openapi.json",
    "security": [],
    "responses": {
        "200": {
            "description": "OpenAPI 3.1",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
}


def _operation(reading: Reading) -> dict[str, Any]:
    errors = [*reading.errors, *NOT_AUTHORISED, *LIMITED]
    return {
        "summary": reading.summary,
        "operationId": reading.path.removeprefix("/api/v1/").strip("/"),
        "parameters": [*reading.parameters, _IF_NONE_MATCH],
        "responses": {
            "200": {
                "description": reading.summary,
                "headers": {"ETag": {"schema": TEXT}},
                "content": {reading.media_type: {"schema": ref(reading.answer)}}
                if reading.answer
                else {reading.media_type: {}},
            },
            "304": {"description": "nothing has changed", "headers": {"ETag": {"schema": TEXT}}},
            **{str(status): _error(SENTENCES[status]) for status in sorted(errors)},
            "default": _error("anything else that went wrong"),
        },
    }


def _error(sentence: str) -> Schema:
    content = {"application/json": {"schema": ref("Error")}}
    return {"description": sentence, "content": content}


_IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of the answer that you have.",
    "schema": TEXT,
}
