"""Programs for other platforms: what they are called by, and the proof that one asks the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.export.source import Options, Source
from workbench.export.targets import generate
from workbench.messages_api import MessageRequest

from .kinds import LANGUAGES
from .recording import Recorded
from .trying import Stage
from .wire import as_sent, body_differences


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


def platform_faults_of(
    stage: Stage, key: str, request: MessageRequest, options: Options
) -> list[str]:
    """Return what is wrong with the program for the platform ``options.client``; [] is proof."""
    platform = PLATFORMS[options.client]
    person = stage.path / "person.json"
    person.write_text(json.dumps(PERSON))
    environ = {"GOOGLE_APPLICATION_CREDENTIALS": str(person), **platform.environ}
    export = generate(Source(request), key, options)
    outcome, came = stage.execute(LANGUAGES[key], export, more=environ)
    if outcome.error or len(came) != 1:
        return [outcome.error[-900:], f"it made {len(came)} requests"]
    found = _differences(key, request, came[0], options)
    if came[0].said not in outcome.output:
        found.append(f"it prints “{outcome.output}”")
    return found


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
