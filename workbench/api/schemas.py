"""The shapes of the answers, as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 1}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
TEXTS: Schema = {"type": "array", "items": TEXT}
ANYTHING: Schema = {"type": "object"}
NEXT: Schema = {
    "type": ["string", "null"],
    "format": "uri",
    "description": "The address of the next page; null on the last one.",
}


def said(schema: Schema, description: str) -> Schema:
    """``schema`` with a description."""
    return schema | {"description": description}


def ref(name: str) -> Schema:
    """A reference to one of ``SCHEMAS``."""
    return {"$ref": f"#/components/schemas/{name}"}


def shape(**properties: Schema) -> Schema:
    """An object that has exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def several(name: str) -> Schema:
    """A list of one of ``SCHEMAS``."""
    return {"type": "array", "items": ref(name)}


_NAMED = {
    "slug": said(TEXT, "Its name in addresses."),
    "name": TEXT,
    "description": TEXT,
    "tags": TEXTS,
    "latest_version": {"type": ["integer", "null"], "minimum": 1},
    "updated_at": MOMENT,
    "archived": said({"type": "boolean"}, "Left out of lists, and still read by its slug."),
}
_VERSION = {
    "number": NUMBER,
    "note": TEXT,
    "author": TEXT,
    "created_at": MOMENT,
    "hash": said(TEXT, "The SHA-256 of the content: equal contents have equal hashes."),
    "url": ADDRESS,
}
_HEADERS: Schema = {
    "type": "object",
    "properties": {"anthropic-version": TEXT, "anthropic-beta": TEXT, "content-type": TEXT},
    "required": ["anthropic-version", "content-type"],
    "additionalProperties": False,
}

SCHEMAS: dict[str, Schema] = {
    "Prompt": shape(
        **_NAMED,
        labels={
            "type": "object",
            "additionalProperties": NUMBER,
            "description": "The number of the version that each label points to.",
        },
        url=ADDRESS,
        page=said(ADDRESS, "The page of the prompt, for people."),
    ),
    "PromptVersion": shape(**_VERSION, labels=said(TEXTS, "The labels that point to it.")),
    "SystemPrompt": shape(**_NAMED, url=ADDRESS),
    "SystemPromptVersion": shape(**_VERSION),
    "Prompts": shape(prompts=several("Prompt"), next=NEXT),
    "PromptVersions": shape(versions=several("PromptVersion"), next=NEXT),
    "SystemPrompts": shape(system_prompts=several("SystemPrompt"), next=NEXT),
    "Variable": shape(name=TEXT, description=TEXT, default=TEXT),
    "Content": {
        "type": "object",
        "description": (
            "What was saved. Files stand in the body as sources of the type workbench_media."
        ),
        "properties": {
            "api_version": TEXT,
            "betas": TEXTS,
            "body": ANYTHING,
            "variables": several("Variable"),
            "mocks": said(ANYTHING, "What tools answer when nobody does, by their names."),
            "origins": said(ANYTHING, "Where thinking among the turns came from."),
            "copied_from": said(ANYTHING, "Which parts are copies of something in the library."),
        },
        "required": ["api_version", "betas", "body", "variables"],
    },
    "Request": said(
        shape(
            method={"const": "POST"},
            path={"const": "/v1/messages"},
            headers=_HEADERS,
            body=ANYTHING,
        ),
        "Ready to send: add your API key.",
    ),
    "File": shape(sha256=TEXT, url=ADDRESS),
    "PromptRead": shape(
        prompt=ref("Prompt"),
        version=ref("PromptVersion"),
        content=ref("Content"),
        request=ref("Request"),
        missing=said(TEXTS, "Variables that stay as {{NAME}}: they have no value and no default."),
        changes=said(TEXTS, "What was changed so that the API takes the request, in sentences."),
        media=said(
            {"type": "array", "items": ref("File")}, "The files that the prompt names by hash."
        ),
    ),
    "SystemPromptRead": shape(
        system_prompt=ref("SystemPrompt"), version=ref("SystemPromptVersion"), text=TEXT
    ),
    "Error": shape(
        error={
            "type": "object",
            "properties": {
                "type": TEXT,
                "message": TEXT,
                "variables": said(TEXTS, "The variables that it is about."),
            },
            "required": ["type", "message"],
            "additionalProperties": False,
        }
    ),
}
