"""Programs written by hand: the harness must let right ones pass and find wrong ones."""

from __future__ import annotations

from workbench.export.source import CodeFile, Export

PYTHON = """\
import asyncio

from anthropic import AsyncAnthropic


async def main() -> None:
    client = AsyncAnthropic()
    async with client.messages.stream(
        model="claude-opus-5-5",
        max_tokens=1024,
        messages=[{"role": "user", "content": "Say hello."}],
        extra_headers={"anthropic-version": "2026-10-21"},
    ) as stream:
        async for text in stream.text_stream:
            print(text, end="", flush=True)


asyncio.run(main())
"""
HTTPX = """\
import os

import httpx

base_url = os.environ.get("ANTHROPIC_BASE_URL", "https://api.anthropic.com")
with httpx.stream(
    "POST",
    f"{base_url}/v1/messages",
    headers={
        "x-api-key": os.environ["ANTHROPIC_API_KEY"],
        "anthropic-version": "2026-10-21",
    },
    json={
        "model": "claude-opus-5-5",
        "max_tokens": 1024,
        "messages": [{"role": "user", "content": "Say hello."}],
        "stream": True,
    },
) as response:
    for line in response.iter_lines():
        print(line)
"""
TYPESCRIPT = """\
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic();
const stream = client.messages.stream(
  {
    model: 'claude-opus-5-5',
    max_tokens: 1024,
    messages: [{ role: 'user', content: 'Say hello.' }],
  },
  { headers: { 'anthropic-version': '2026-10-21' } },
);
stream.on('text', (text: string) => process.stdout.write(text));
await stream.finalMessage();
"""
BASH = """\
curl -sSN "${ANTHROPIC_BASE_URL:-https://api.anthropic.com}/v1/messages" \\
  -H "x-api-key: $ANTHROPIC_API_KEY" \\
  -H "anthropic-version: 2026-10-21" \\
  -H "content-type: application/json" \\
  -d '{
    "model": "claude-opus-5-5",
    "max_tokens": 1024,
    "messages": [{"role": "user", "content": "Say hello."}],
    "stream": true
  }'
"""


def export_of(name: str, text: str) -> Export:
    """Return one program as an export."""
    return Export((CodeFile(name, text.encode()),), ())
