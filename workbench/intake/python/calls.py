"""Calls of an API in a program."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.intake.code.addresses import Api, endpoint_of
from workbench.intake.code.holes import Holes
from workbench.intake.code.requests import Call, merged
from workbench.intake.code.values import OMIT, Dumped, Hole, Unknown
from workbench.intake.loose_json import read_json
from workbench.intake.mending import NOT_SAID
from workbench.intake.reading import Kind, Remark

from .functions import class_schema, keywords
from .scopes import Program, Scope
from .source import Source
from .values import Values

OLDER = "2023-06-01"
"""What the SDKs sent whose methods took sampling parameters."""

_SDK = {
    "messages.create": Api.MESSAGES,
    "messages.stream": Api.MESSAGES,
    "messages.parse": Api.MESSAGES,
    "messages.tool_runner": Api.MESSAGES,
    "messages.count_tokens": Api.COUNT,
    "messages.batches.create": Api.BATCHES,
    "batches.create": Api.BATCHES,
    "chat.completions.create": Api.CHAT,
    "chat.completions.parse": Api.CHAT,
    "chat.completions.stream": Api.CHAT,
    "ChatCompletion.create": Api.CHAT,
    "ChatCompletion.acreate": Api.CHAT,
    "completions.create": Api.COMPLETE,
    "completions.stream": Api.COMPLETE,
    "responses.create": Api.RESPONSES,
    "responses.parse": Api.RESPONSES,
}
_OLD = frozenset(
    {"completion", "completion_stream", "acompletion", "acompletion_stream", "completions"}
)
"""Methods of the first client; LiteLLM has functions of these names."""
_VERBS = frozenset({"post", "request", "stream", "put", "invoke_model", "apost"})
_BEDROCK = frozenset({"invoke_model", "invoke_model_with_response_stream"})
_BETWEEN = frozenset({"with_raw_response", "with_streaming_response", "beta"})
_NOT_IN_BODY = frozenset(
    {
        "betas",
        "cast_to",
        "extra_body",
        "extra_headers",
        "extra_query",
        "idempotency_key",
        "max_iterations",
        "max_retries",
        "output_format",
        "thread",
        "timeout",
        "user_profile_id",
        "workspace_id",
    }
)
_SILENT = frozenset(
    {"timeout", "max_retries", "cast_to", "idempotency_key", "max_iterations", "thread"}
)
_SAMPLING = frozenset({"temperature", "top_p", "top_k"})


@dataclass
class Finder:
    """Finds the calls of a program."""

    program: Program
    source: Source
    version: str = NOT_SAID
    """The API version of the SDK, where the text tells which one it is."""

    def calls(self) -> Iterator[Call]:
        """Yield the calls in the order of the text."""
        for node, scope in self.program.calls:
            names, root = _chain(node.func)
            values = Values(self.program, self.source, Holes())
            api = _api(names, node)
            call = None
            if api is not None:
                call = self._sdk(api, node, names, root, scope, values)
            elif names and names[-1] in _VERBS | _BEDROCK:
                call = self._http(node, names, root, scope, values)
            if call is not None:
                call.remarks = values.remarks + call.remarks
                yield call

    def _sdk(
        self,
        api: Api,
        node: ast.Call,
        names: list[str],
        root: ast.expr,
        scope: Scope,
        values: Values,
    ) -> Call | None:
        arguments = keywords(values, node, scope, {})
        if node.args and not arguments:
            first = values.of(node.args[0], scope)
            arguments = first if isinstance(first, dict) else {}
        if not arguments:
            return None
        client = _client(names, root, scope, values)
        body = {key: item for key, item in arguments.items() if key not in _NOT_IN_BODY}
        remarks = _beside(arguments, node.lineno)
        self._add_format(body, arguments, node, scope, values)
        extra = arguments.get("extra_body")
        if isinstance(extra, dict):
            body = {key: item for key, item in {**body, **extra}.items() if item is not OMIT}
        elif isinstance(extra, Hole | Unknown):
            body["extra_body"] = Unknown(extra.source, extra.line)
        headers = merged(_dict(client.get("default_headers")))
        headers |= _betas(arguments.get("betas")) | merged(_dict(arguments.get("extra_headers")))
        version = self.version
        if version == NOT_SAID and api is Api.MESSAGES and _SAMPLING & arguments.keys():
            version = OLDER
        return Call(api, body, values.holes, headers, node.lineno, version=version, remarks=remarks)

    def _add_format(
        self,
        body: dict[str, Any],
        arguments: dict[str, Any],
        node: ast.Call,
        scope: Scope,
        values: Values,
    ) -> None:
        """`output_format`, a class or a format, at its place in the body."""
        value = arguments.get("output_format", OMIT)
        if value is OMIT:
            return
        wanted = next((each.value for each in node.keywords if each.arg == "output_format"), None)
        if wanted is None or isinstance(value, dict):
            body["output_format"] = value
            return
        schema = class_schema(values, wanted, scope)
        found = {"type": "json_schema", "schema": schema} if isinstance(schema, dict) else schema
        config = body.get("output_config")
        body["output_config"] = {**(config if isinstance(config, dict) else {}), "format": found}
        sentence = "output_format became output_config.format, with the schema of the class."
        values.remarks.append(Remark(Kind.CHANGED, sentence, node.lineno))

    def _http(
        self, node: ast.Call, names: list[str], root: ast.expr, scope: Scope, values: Values
    ) -> Call | None:
        verb = names[-1]
        named = keywords(values, node, scope, {})
        texts = [values.of(each, scope) for each in node.args]
        body = next(
            (named[key] for key in ("json", "data", "content", "body") if key in named), None
        )
        if body is None and len(texts) > 1:
            body = texts[1]
        if isinstance(body, Dumped):
            body = body.value
        elif isinstance(body, str):
            body = _loaded(body)
        if not isinstance(body, dict):
            return None
        client = _client(names, root, scope, values)
        address = _address(verb, texts, named, values, client)
        endpoint = endpoint_of(address)
        if verb in _BEDROCK:
            model = named.get("modelId")
            endpoint = endpoint._replace(
                api=Api.MESSAGES, model=model if isinstance(model, str) else ""
            )
        headers = merged(
            _dict(client.get("default_headers")),
            _dict(client.get("headers")),
            _dict(named.get("headers")),
        )
        options = named.get("options")
        if isinstance(options, dict):
            headers |= merged(_dict(options.get("headers")))
        version = self.version if isinstance(named.get("body"), dict) else NOT_SAID
        return Call(endpoint.api, body, values.holes, headers, node.lineno, endpoint.model, version)


def _chain(node: ast.expr) -> tuple[list[str], ast.expr]:
    """The names of `a.b(…).c` behind its root, and the root."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call) and names:
            inner = node.func
            if not isinstance(inner, ast.Attribute) or inner.attr not in ("with_options", "copy"):
                return list(reversed(names)), node
            node = inner.value
        elif isinstance(node, ast.Await):
            node = node.value
        else:
            if isinstance(node, ast.Name):
                names.append(node.id)
            return list(reversed(names)), node


def _api(names: list[str], node: ast.Call) -> Api | None:
    """The API whose method of an SDK is called."""
    short = [name for name in names if name not in _BETWEEN]
    for length in (3, 2):
        if found := _SDK.get(".".join(short[-length:])):
            if found is Api.COMPLETE and _has(node, "messages"):
                return Api.CHAT
            return found if len(short) > length or length == 3 or found is Api.CHAT else None
    if short and short[-1] in _OLD:
        if _has(node, "prompt"):
            return Api.COMPLETE
        if _has(node, "messages"):
            return Api.CHAT
    return None


def _has(node: ast.Call, name: str) -> bool:
    return any(keyword.arg == name for keyword in node.keywords)


def _client(names: list[str], root: ast.expr, scope: Scope, values: Values) -> dict[str, Any]:
    """The arguments with which the client of a call was made, as far as they are understood."""
    node = _maker(names, scope) if isinstance(root, ast.Name) else root
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return {}
    wanted = ("default_headers", "headers", "base_url")
    return {
        keyword.arg: values.of(keyword.value, scope)
        for keyword in node.keywords
        if keyword.arg in wanted
    }


def _maker(names: list[str], scope: Scope) -> ast.expr | None:
    """What is assigned to the client, `client` or `self.client`."""
    for length in range(1, len(names)):
        name = ".".join(names[:length])
        for each in scope.chain():
            if bindings := each.bindings.get(name):
                return bindings[-1].value
    return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _betas(value: Any) -> dict[str, Any]:
    names = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    return {"anthropic-beta": ",".join(names)} if names else {}


def _beside(arguments: dict[str, Any], line: int) -> list[Remark]:
    """What is said about arguments that are no part of a request."""
    left = [
        key
        for key in ("extra_query", "user_profile_id", "workspace_id")
        if key in arguments and arguments[key] is not OMIT
    ]
    if not left:
        return []
    sentence = f"{', '.join(left)}: sent outside of the body, and not kept here."
    return [Remark(Kind.LEFT_OUT, sentence, line)]


def _address(
    verb: str, texts: list[Any], named: dict[str, Any], values: Values, client: dict[str, Any]
) -> str:
    place = 1 if verb in ("request", "stream") and len(texts) > 1 else 0
    said = named.get("url", texts[place] if len(texts) > place else "")
    if isinstance(said, Hole) and isinstance(said.default, str):
        said = said.default
    address = said if isinstance(said, str) else ""
    base = client.get("base_url")
    if isinstance(base, str) and not address.startswith("http"):
        return f"{base.rstrip('/')}/{address.lstrip('/')}"
    return address


def _loaded(text: str) -> Any:
    found = read_json(text)
    return found.value if found else None
