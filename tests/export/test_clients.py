"""Programs for other platforms call the platform's address, and send it the same request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.corpus import CORPUS
from workbench.export.source import Options, Source
from workbench.export.targets import TARGETS, generate
from workbench.messages_api import MessageRequest

from .kinds import LANGUAGES, bases
from .recording import Recorded
from .trying import Stage
from .wire import as_sent, body_differences

NAMES = (
    "simple",
    "simple, old version",
    "model anthropic.claude-opus-5-5",
    "everything at once",
    "text: three of both",
    "blocks: PDF with everything",
    "tools: two",
    "parameter: effort and thinking",
    "sampling: all of it",
    "beta: several",
    "unknown fields: all of them",
    "order: unknown first",
)


@dataclass(frozen=True)
class Platform:
    """What a platform is called by; {model} and {verb} are the request's, {google} the SDK's."""

    url: str
    environ: Mapping[str, str]
    verbs: tuple[str, str] = ("", "")
    """At the end of the address without streaming and with it."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """The names of API versions where they stand in the body."""

    @property
    def is_in_path(self) -> bool:
        return "{model}" in self.url


AWS = {"AWS_REGION": "us-east-1"}
PLATFORMS = {
    "bedrock": Platform(
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/{model}/{verb}",
        AWS | {"AWS_BEARER_TOKEN_BEDROCK": "token"},
        ("invoke", "invoke-with-response-stream"),
        {"2023-06-01": "bedrock-2023-05-31"},
    ),
    "bedrock-mantle": Platform(
        "https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages",
        AWS | {"AWS_BEARER_TOKEN_BEDROCK": "token"},
    ),
    "vertex": Platform(
        "https://us-east5-aiplatform.googleapis.com/v1/projects/shop/locations/us-east5"
        "/publishers/anthropic/models/{model}:{verb}",
        {"CLOUD_ML_REGION": "us-east5", "ANTHROPIC_VERTEX_PROJECT_ID": "shop"},
        ("rawPredict", "streamRawPredict"),
        {"2023-06-01": "vertex-2023-10-16"},
    ),
    "google-cloud": Platform(
        "https://claude.googleapis.com/{google}/projects/shop/locations/global/workspaces/w1"
        "/invoke/v1/messages",
        {
            "ANTHROPIC_GOOGLE_CLOUD_PROJECT": "shop",
            "ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID": "w1",
        },
    ),
    "foundry": Platform(
        "https://shop.services.ai.azure.com/anthropic/v1/messages",
        {"ANTHROPIC_FOUNDRY_RESOURCE": "shop", "ANTHROPIC_FOUNDRY_API_KEY": "key"},
    ),
    "aws": Platform(
        "https://aws-external-anthropic.us-east-1.api.aws/v1/messages",
        AWS | {"ANTHROPIC_AWS_WORKSPACE_ID": "wrkspc_1", "ANTHROPIC_AWS_API_KEY": "key"},
    ),
}
# What Google's library reads the credentials of a person from.
PERSON = {
    "type": "authorized_user",
    "client_id": "id",
    "client_secret": "none",
    "refresh_token": "none",
    "quota_project_id": "shop",
}
OFFERED = [
    (key, client)
    for key, target in TARGETS.items()
    for client, _ in target.clients
    if client != "anthropic"
]


@pytest.fixture
def environ(stage: Stage) -> dict[str, str]:
    person = stage.path / "person.json"
    person.write_text(json.dumps(PERSON))
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(person)}


@pytest.mark.parametrize(("key", "client"), OFFERED)
def test_a_platform_is_sent_the_same_request(
    stage: Stage, environ: dict[str, str], key: str, client: str
) -> None:
    platform = PLATFORMS[client]
    every = bases(TARGETS[key])
    faults = {}
    for number, name in enumerate(NAMES):
        options = Options(**{**vars(every[number % len(every)]), "client": client})
        export = generate(Source(CORPUS[name]), key, options)
        outcome, came = stage.execute(LANGUAGES[key], export, more={**environ, **platform.environ})
        if outcome.error or len(came) != 1:
            faults[name, options] = [outcome.error[-900:], f"{len(came)} requests"]
        elif found := _differences(key, CORPUS[name], came[0], options):
            faults[name, options] = found
        elif came[0].said not in outcome.output:
            faults[name, options] = [f"it prints “{outcome.output}”"]
    assert not faults, "\n".join(f"{name}: {found}" for name, found in faults.items())


def test_every_platform_is_offered_and_known() -> None:
    assert {client for _, client in OFFERED} == PLATFORMS.keys()


def _differences(key: str, request: MessageRequest, came: Recorded, options: Options) -> list[str]:
    platform = PLATFORMS[options.client]
    url = platform.url.format(
        model=request.body["model"],
        verb=platform.verbs[options.streaming],
        google="v1alpha" if key == "python-0" else "v1",
    )
    found = [] if came.url in (url, f"{url}?beta=true") else [f"{came.url} instead of {url}"]
    wanted = as_sent(request, streaming=options.streaming)
    if not platform.versions and came.headers.get("anthropic-version") != request.api_version:
        found.append(f"the version is {came.headers.get('anthropic-version')}")
    betas, sent = ",".join(request.betas), came.headers.get("anthropic-beta", "")
    body: dict[str, Any] = dict(wanted.body)
    if platform.is_in_path:
        del body["model"]
        version = request.api_version
        body["anthropic_version"] = platform.versions.get(version, version)
    if options.streaming and "bedrock-runtime" in platform.url:
        del body["stream"]
    if "bedrock-runtime" in platform.url and betas:
        body["anthropic_beta"] = betas.split(",")
    elif sent != betas:
        found.append(f"the betas are {sent}")
    return found + list(body_differences(body, came.body))
