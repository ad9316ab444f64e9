"""The corpus covers what it says it covers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.corpus import CORPUS, OPEN_SOURCES
from workbench.catalogue.betas import KNOWN_BETAS

PARAMETERS = (
    "model max_tokens messages system stop_sequences stream temperature top_p top_k thinking "
    "output_config tools tool_choice cache_control metadata service_tier speed inference_geo "
    "container diagnostics context_management compaction fallbacks mcp_servers thread "
    "billing_policy"
)
TYPES = (
    "text image document search_result tool_use tool_result thinking redacted_thinking "
    "server_tool_use container_upload web_search_tool_result web_fetch_tool_result "
    "code_execution_tool_result base64 url file content tool_reference json_schema adaptive "
    "enabled disabled between_tools ephemeral auto any tool none char_location"
)


def test_there_are_more_than_200_different_requests() -> None:
    assert len({(r.api_version, r.betas, r.json_bytes()) for r in CORPUS.values()}) > 400
    assert len(OPEN_SOURCES) > 100


def test_every_parameter_kind_version_and_most_betas_are_there() -> None:
    requests = CORPUS.values()
    assert not set(PARAMETERS.split()) - {name for request in requests for name in request.body}
    assert {"2023-06-01", "2026-10-21"} <= {request.api_version for request in requests}
    types = {value for request in requests for value in _types(dict(request.body))}
    assert not set(TYPES.split()) - types
    known = {beta for request in requests for beta in request.betas} & KNOWN_BETAS.keys()
    assert len(known) >= len(KNOWN_BETAS) - 1


def test_every_request_can_be_sent() -> None:
    for request in CORPUS.values():
        assert request.headers()["anthropic-version"]
        assert request.streaming().json_bytes()


def _types(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(found := value.get("type"), str):
            yield found
        for item in value.values():
            yield from _types(item)
    elif isinstance(value, list):
        for item in value:
            yield from _types(item)
