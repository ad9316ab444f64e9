"""What an upstream lists about its models reaches the editor."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .running import eventually
from .site import Site

LISTED = {"type": "model", "id": "claude-next-9", "display_name": "Next 9", "lifecycle": "active"}


class Listing(BaseHTTPRequestHandler):
    """Answers every GET with a list of one model."""

    def do_GET(self) -> None:
        body = json.dumps({"data": [LISTED], "has_more": False}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listing_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_new_model_of_the_upstream_is_offered(site: Site, listing_url: str) -> None:
    web = site.another_web(ANTHROPIC_BASE_URL=listing_url)
    path = f"/t/acme/drafts/{site.draft}/"
    eventually(lambda: "claude-next-9" in web.client.get(path).text)
    assert "claude-next-9" not in site.web.client.get(path).text
