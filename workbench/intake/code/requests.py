"""A call that was read from code, as prompts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.intake.chat_completions import read_chat_completions
from workbench.intake.former_fields import without_stream
from workbench.intake.legacy import read_legacy
from workbench.intake.mending import NOT_SAID
from workbench.intake.messages_body import said_in_headers
from workbench.intake.reading import FoundPrompt, Kind, Remark
from workbench.intake.responses import read_responses
from workbench.intake.shapes import Around, Found, find
from workbench.messages_api import MessageRequest, clean_json

from .addresses import Api
from .holes import Holes, variable_of
from .settling import TEXT_KEPT, Settler

_USUAL_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "anthropic-beta",
        "anthropic-dangerous-direct-browser-access",
        "anthropic-version",
        "api-key",
        "authorization",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "expect",
        "host",
        "user-agent",
        "x-api-key",
    }
)
_OLD_PLATFORMS = ("bedrock-", "vertex-")
_COUNTED = "count_tokens asks for no answer: it became a request that does."


@dataclass
class Call:
    """A call as it stands in the code; `body` and `headers` may have holes."""

    api: Api
    body: Any
    holes: Holes
    headers: dict[str, Any] = field(default_factory=dict)
    line: int | None = None
    model: str = ""
    """From the address."""
    version: str = NOT_SAID
    """The API version that the SDK sends by itself, where the text tells which SDK it is."""
    remarks: list[Remark] = field(default_factory=list)


def merged(*many: Mapping[str, Any]) -> dict[str, Any]:
    """Return headers by their small names; later ones replace earlier ones."""
    return {str(name).lower(): value for headers in many for name, value in headers.items()}


def prompts_of(call: Call) -> list[FoundPrompt]:
    """Return the prompts that a call holds, each with the variables and remarks that are its."""
    settler = Settler(call.holes)
    headers = settler.settle(_said_headers(call.headers))
    settled = settler.settle(call.body)
    if not _is_json(settled):
        source = str(settled)[:TEXT_KEPT]
        sentence = "The body of this call is nested too deeply and was not read."
        return [_lost(call, settler, Remark(Kind.NOT_UNDERSTOOD, sentence, call.line, source))]
    version, betas = said_in_headers(headers)
    found = _found(call, settled)
    shared = [*call.remarks, *settler.remarks, *_about_headers(call)]
    prompts = []
    for prompt in found:
        request = prompt.request
        if version != NOT_SAID or request.api_version == NOT_SAID:
            request = replace(request, api_version=version or call.version)
        if betas:
            request = replace(request, betas=(*betas, *request.betas))
        prompts.append(_with_variables(replace(prompt, request=request), call.holes, shared))
    return prompts


def _said_headers(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in merged(headers).items()
        if name in ("anthropic-version", "anthropic-beta")
    }


def _is_json(value: Any) -> bool:
    try:
        clean_json(value)
    except ValueError:
        return False
    return True


def _lost(call: Call, settler: Settler, remark: Remark) -> FoundPrompt:
    remarks = (*call.remarks, *settler.remarks, remark)
    return FoundPrompt(MessageRequest(NOT_SAID, (), {"messages": []}), remarks=remarks)


def _found(call: Call, body: Any) -> list[FoundPrompt]:
    if call.model and isinstance(body, dict) and "model" not in body:
        body = {"model": call.model, **body}
    if isinstance(body, dict):
        if call.api is Api.MESSAGES:
            return [_messages(body, call.line)]
        if call.api is Api.COUNT:
            remark = Remark(Kind.CHANGED, _COUNTED, call.line)
            return [
                replace(prompt := _messages(body, call.line), remarks=(*prompt.remarks, remark))
            ]
        if call.api is Api.COMPLETE:
            return [read_legacy(body, call.line)]
        if call.api is Api.CHAT:
            return [read_chat_completions(body, call.line)]
        if call.api is Api.RESPONSES:
            return [read_responses(body, call.line)]
    found = Found()
    find(body, found, Around(line=call.line))
    found.finished()
    call.remarks += found.remarks
    return found.prompts


def _messages(body: dict[str, Any], line: int | None) -> FoundPrompt:
    """The body as it stands: its address or its method says that it is one of Messages."""
    remarks: list[Remark] = []
    version, betas = NOT_SAID, tuple[str, ...]()
    said = body.get("anthropic_version")
    if isinstance(said, str):
        version = "2023-06-01" if said.startswith(_OLD_PLATFORMS) else said
        body = {key: item for key, item in body.items() if key != "anthropic_version"}
        sentence = f"anthropic_version of the body became API version {version}."
        remarks.append(Remark(Kind.CHANGED, sentence, line))
        if isinstance(names := body.get("anthropic_beta"), list):
            betas = tuple(name for name in names if isinstance(name, str))
            body = {key: item for key, item in body.items() if key != "anthropic_beta"}
    body = without_stream(body, remarks, line)
    if "messages" not in body:
        sentence = "No messages were understood in this call."
        remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, line))
    return FoundPrompt(MessageRequest(version, betas, body), remarks=tuple(remarks))


def _about_headers(call: Call) -> list[Remark]:
    others = sorted(merged(call.headers).keys() - _USUAL_HEADERS)
    if not others:
        return []
    sentence = f"Headers that a request does not keep here: {', '.join(others)[:300]}."
    return [Remark(Kind.LEFT_OUT, sentence, call.line)]


def _with_variables(prompt: FoundPrompt, holes: Holes, shared: list[Remark]) -> FoundPrompt:
    used = holes.used_in(dict(prompt.request.body))
    remarks = [
        Remark(
            Kind.CHANGED,
            f"Only the running program knows this value: it became the variable {name}.",
            hole.line,
            hole.source[:TEXT_KEPT],
        )
        for name, hole in used
        if hole.source
    ]
    return replace(
        prompt,
        variables=tuple(variable_of(name, hole) for name, hole in used),
        remarks=(*shared, *remarks, *prompt.remarks),
    )
