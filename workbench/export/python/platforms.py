"""The clients of the SDK: the API itself, and the platforms that offer it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Platform:
    """One class of client. All generations of the SDK have all of them."""

    key: str
    label: str
    client: str
    """The name of the class; its twin is ``Async…``."""
    environment: str = "ANTHROPIC_API_KEY=…"
    """What it reads from the environment."""
    extra: str = ""
    """The extra of the package that it needs."""
    versions: Mapping[str, str] | None = field(default=None)
    """For platforms that take the API version in the body: what they call older ones."""

    def pin(self, pin: str) -> str:
        """The line of requirements.txt for the versions ``pin``."""
        return f"anthropic[{self.extra}]{pin}" if self.extra else f"anthropic{pin}"


ANTHROPIC = Platform("anthropic", "Claude API", "Anthropic")

PLATFORMS = (
    ANTHROPIC,
    Platform(
        "bedrock",
        "Amazon Bedrock (InvokeModel)",
        "AnthropicBedrock",
        "AWS_REGION=… AWS_BEARER_TOKEN_BEDROCK=…",
        "bedrock",
        {"2023-06-01": "bedrock-2023-05-31"},
    ),
    Platform(
        "bedrock-mantle",
        "Amazon Bedrock (Messages endpoint)",
        "AnthropicBedrockMantle",
        "AWS_REGION=… AWS_BEARER_TOKEN_BEDROCK=…",
        "bedrock",
    ),
    Platform(
        "vertex",
        "Google Cloud (Vertex AI)",
        "AnthropicVertex",
        "CLOUD_ML_REGION=… ANTHROPIC_VERTEX_PROJECT_ID=…",
        "vertex",
        {"2023-06-01": "vertex-2023-10-16"},
    ),
    Platform(
        "google-cloud",
        "Google Cloud (managed by Anthropic)",
        "AnthropicGoogleCloud",
        "ANTHROPIC_GOOGLE_CLOUD_PROJECT=… ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID=…",
        "google-cloud",
    ),
    Platform(
        "foundry",
        "Microsoft Foundry",
        "AnthropicFoundry",
        "ANTHROPIC_FOUNDRY_RESOURCE=… ANTHROPIC_FOUNDRY_API_KEY=…",
    ),
    Platform(
        "aws",
        "Claude Platform on AWS",
        "AnthropicAWS",
        "AWS_REGION=… ANTHROPIC_AWS_WORKSPACE_ID=… ANTHROPIC_AWS_API_KEY=…",
        "aws",
    ),
)

BY_KEY = {platform.key: platform for platform in PLATFORMS}
