"""Calls of an API in a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.intake.code.addresses import Api, endpoint_of
from workbench.intake.code.holes import Holes
from workbench.intake.code.requests import Call, merged
from workbench.intake.code.values import Dumped, Hole
from workbench.intake.loose_json import read_json
from workbench.intake.mending import NOT_SAID

from .nodes import Node
from .programs import Program
from .values import Values

_SDK = {
    "messages.create": Api.MESSAGES,
    "messages.stream": Api.MESSAGES,
    "messages.parse": Api.MESSAGES,
    "messages.toolRunner": Api.MESSAGES,
    "messages.countTokens": Api.COUNT,
    "batches.create": Api.BATCHES,
    "completions.create": Api.COMPLETE,
    "completions.parse": Api.CHAT,
    "completions.stream": Api.CHAT,
    "responses.create": Api.RESPONSES,
}
_VERBS = frozenset({"fetch", "post", "put", "request", "axios", "got", "ky"})
_PASSED = frozenset({"betas", "user_profile_id", "workspace_id"})


@dataclass
class Finder:
    """Finds the calls of a program."""

    program: Program
    version: str = NOT_SAID
    """The API version of the SDK, where the text tells which one it is."""

    def calls(self) -> Iterator[Call]:
        """Yield the calls in the order of the text."""
        for node in self.program.calls:
            names, root = _chain(node.children[0])
            values = Values(self.program, Holes())
            api = _api(names)
            if api is not None:
                call = self._sdk(api, node, names, root, values)
            elif names and names[-1] in _VERBS:
                call = self._http(node, names, root, values)
            else:
                call = None
            if call is not None:
                call.remarks = values.remarks + call.remarks
                yield call

    def _sdk(
        self, api: Api, node: Node, names: list[str], root: Node, values: Values
    ) -> Call | None:
        items = node.children[1:]
        body = values.of(items[0]) if items else None
        if not isinstance(body, dict) or not body:
            return None
        options = values.of(items[1]) if len(items) > 1 else {}
        headers = merged(_dict(self._client(names, root, node, values).get("defaultHeaders")))
        if "beta" in names:
            betas = body.get("betas")
            if isinstance(betas, list):
                named = [beta for beta in betas if isinstance(beta, str)]
                headers["anthropic-beta"] = ",".join(named)
            body = {key: item for key, item in body.items() if key not in _PASSED}
        headers |= merged(_dict(_dict(options).get("headers")))
        if api is Api.COMPLETE and "messages" in body:
            api = Api.CHAT
        return Call(api, body, values.holes, headers, node.line, version=self.version)

    def _http(self, node: Node, names: list[str], root: Node, values: Values) -> Call | None:
        items = [values.of(item) for item in node.children[1:]]
        address, body, options = _parts(names[-1], items)
        if isinstance(body, Dumped):
            body = body.value
        elif isinstance(body, str):
            found = read_json(body)
            body = found.value if found else None
        if not isinstance(body, dict):
            return None
        client = self._client(names, root, node, values)
        base = client.get("baseURL") or client.get("prefixUrl")
        if isinstance(address, Hole):
            address = address.default
        if isinstance(base, str) and isinstance(address, str) and not address.startswith("http"):
            address = f"{base.rstrip('/')}/{address.lstrip('/')}"
        endpoint = endpoint_of(address)
        headers = merged(
            _dict(client.get("defaultHeaders")),
            _dict(client.get("headers")),
            _dict(_dict(options).get("headers")),
        )
        is_sdk = names[-1] == "post" and isinstance(_dict(options).get("body"), dict)
        version = self.version if is_sdk else NOT_SAID
        return Call(endpoint.api, body, values.holes, headers, node.line, endpoint.model, version)

    def _client(self, names: list[str], root: Node, node: Node, values: Values) -> dict[str, Any]:
        """The options with which the client of a call was made."""
        maker: Node | None = root if root.kind == "call" else None
        for length in range(1, len(names)):
            bindings = self.program.bindings.get(".".join(names[:length]), ())
            before = [each for each in bindings if each.place < node.place] or list(bindings)
            if before:
                maker = before[-1].value
                break
        if maker is None or maker.kind != "call" or len(maker.children) < 2:
            return {}
        return _dict(values.of(maker.children[1]))


def _chain(node: Node) -> tuple[list[str], Node]:
    """The names of `a.b(…).c` behind its root, and the root."""
    names: list[str] = []
    while node.kind == "member":
        names.append(str(node.value))
        node = node.children[0]
    if node.kind == "name":
        names.append(str(node.value))
    return list(reversed(names)), node


def _api(names: list[str]) -> Api | None:
    if names[-3:] == ["chat", "completions", "create"]:
        return Api.CHAT
    found = _SDK.get(".".join(names[-2:]))
    if found is None and names[-1:] == ["complete"]:
        return Api.COMPLETE
    return found


def _parts(verb: str, items: list[Any]) -> tuple[Any, Any, Any]:
    """The address, the body and the options of a call over HTTP."""
    first = items[0] if items else None
    second = items[1] if len(items) > 1 else None
    if isinstance(first, dict):
        return first.get("url"), first.get("data", first.get("body", first.get("json"))), first
    options = second if isinstance(second, dict) else {}
    if verb in ("post", "put") and not {"body", "json"} & options.keys():
        return first, second, items[2] if len(items) > 2 else {}
    return first, options.get("body", options.get("json", options.get("data"))), options


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
