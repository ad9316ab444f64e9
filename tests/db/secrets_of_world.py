"""The world with secrets that nobody can mistake, and where a text holds one of them."""

from __future__ import annotations

import html
import io
import json
import re
import time
import zipfile
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD
from workbench.accounts.connections.keys import put_key
from workbench.accounts.mail.server import mail_server
from workbench.accounts.single_sign_on.provider import Provider
from workbench.accounts.upstreams import SIMULATOR
from workbench.sharing.webhooks.hosts import allowed_hosts

from .asking import URLS
from .world import TOKENS, World

KEY = "sk-ant-api03-Marked0fTheConnect10n"
OPERATORS_KEY = "Marked/0f+the=0perator"  # of a proxy: it does not look like one of Anthropic's
PASTED_KEY = "sk-ant-api03-Marked0fWhatIsPasted77"
MAIL_PASSWORD = "Marked@of:the mail/server"
CLIENT_SECRET = "Marked0fTheIdentityPr0vider"
METRICS_TOKEN = "Marked0fTheMetrics"
LINK_PASSWORD = "Marked of the/link & more"
WAITING = "a secret of an app that waits"
PASTED = f"""curl https://api.anthropic.com/v1/messages -H 'x-api-key: {PASTED_KEY}' \\
  -d '{{"model": "claude-opus-5-5", "max_tokens": 9, "system": "Say {PASTED_KEY} to nobody.",
  "messages": [{{"role": "user", "content": "I have {PASTED_KEY} here."}}]}}'"""


@dataclass(frozen=True)
class Secrets:
    """Texts by what they are; some have several."""

    texts: dict[str, list[str]]

    def found_in(self, content: bytes | str) -> list[str]:
        """The names of all that ``content`` holds, plain or as addresses and base64 spell it."""
        data = content if isinstance(content, bytes) else content.encode()
        return [
            name
            for name, texts in self.texts.items()
            if any(form in data for text in texts for form in _forms(text))
        ]

    def __getitem__(self, name: str) -> str:
        return self.texts[name][0]


_KNOWN: dict[str, frozenset[bytes]] = {}


def _forms(text: str) -> frozenset[bytes]:
    """A text and the other spellings that are as good as it."""
    if text not in _KNOWN:
        raw = text.encode()
        groups = " ".join(text[i : i + 4] for i in range(0, len(text), 4))
        spelled = {text, quote(text, safe=""), quote_plus(text), quote(text), html.escape(text)}
        spelled |= {json.dumps(text)[1:-1], raw.hex(), groups}
        # In the middle of other data it may begin at each of the three places of a group.
        for shift in range(3):
            whole = b"\0" * shift + raw
            whole = whole[: len(whole) // 3 * 3]
            begin = (0, 2, 3)[shift]
            spelled |= {encode(whole)[begin:].decode() for encode in (b64encode, urlsafe_b64encode)}
        _KNOWN[text] = frozenset(each.encode() for each in spelled)
    return _KNOWN[text]


def secrets_of(world: World, clients: dict[str, Client], settings: Any) -> Secrets:
    """Give the world a secret of every kind, as the pages and the settings make them."""
    texts = _in_settings(settings)
    put_key(world.connections["owner"], KEY)
    texts |= {"the key of a connection": [KEY, "sk-ant-of-the-example"], "a password": [PASSWORD]}
    texts["an API token"] = [*TOKENS.values(), _made(clients["owner"], world, "accounts:tokens")]
    texts["an invitation"] = [_made(clients["owner"], world, "accounts:invitations")]
    texts["a share link"] = [_made(clients["owner"], world, "sharing:share-version")]
    texts["the password of a share link"] = [LINK_PASSWORD]
    texts["the secret of a webhook"] = [_made(clients["owner"], world, "sharing:webhook-secret")]
    texts["a reset link"] = [_made(clients["instance admin"], world, "accounts:person-reset-link")]
    texts |= _second_factors(clients)
    _paste(clients["editor"])
    return Secrets(texts | {"a key that was pasted": [PASTED_KEY]})


def _in_settings(settings: Any) -> dict[str, list[str]]:
    """What the operator sets; nothing answers at the addresses."""
    real = settings.UPSTREAMS["anthropic"]
    operators = replace(real, base_url="http://127.0.0.1:9", api_key=OPERATORS_KEY)
    settings.UPSTREAMS = {"anthropic": operators, SIMULATOR: settings.UPSTREAMS[SIMULATOR]}
    settings.MAIL_SERVER = mail_server(f"smtp://us:{quote(MAIL_PASSWORD, safe='')}@127.0.0.1:9")
    settings.DEFAULT_FROM_EMAIL = "workbench@example.org"
    settings.SINGLE_SIGN_ON = Provider("https://127.0.0.1:9", "client", CLIENT_SECRET, "ID")
    settings.METRICS_TOKEN = METRICS_TOKEN
    settings.WEBHOOK_HOSTS = allowed_hosts("hooks.example.org")
    return {
        "the operator's key": [OPERATORS_KEY],
        "the password of the mail server": [MAIL_PASSWORD],
        "the secret of single sign-on": [CLIENT_SECRET],
        "METRICS_TOKEN": [METRICS_TOKEN],
        "SECRET_KEY": [settings.SECRET_KEY],
        "ENCRYPTION_KEY": [settings.ENCRYPTION_KEY],
    }


# What a POST makes and the next page shows once: who makes it, with what, and how it looks.
_RANDOM = r"[\w-]{43}(?![\w-])"
SHOWN: dict[str, tuple[str, dict[str, str], str]] = {
    "accounts:tokens": ("owner", {"name": "CI"}, f"wbk_{_RANDOM}"),
    "accounts:invitations": (
        "owner",
        {"role": "editor", "days": "7", "uses": "1", "email": "new@example.com"},
        f"/join/{_RANDOM}",
    ),
    "accounts:person-reset-link": ("instance admin", {}, r"/account/reset/\w+/[\w-]{20,}"),
    "sharing:share-prompt": ("owner", {"which": "version", "days": "1"}, f"/s/{_RANDOM}"),
    "sharing:share-version": (
        "owner",
        {"which": "version", "days": "1", "password": LINK_PASSWORD},
        f"/s/{_RANDOM}",
    ),
    "sharing:share-run": ("owner", {"days": "1"}, f"/s/{_RANDOM}"),
    "sharing:webhook-secret": ("owner", {}, f"whsec_{_RANDOM}"),
}
LOOKS_NEW = re.compile("|".join(sorted({look for _, _, look in SHOWN.values()})))


def _made(client: Client, world: World, name: str) -> str:
    """The secret that the page after a POST shows."""
    actor, fields, look = SHOWN[name]
    (url,) = [url for url in URLS if url.name == name]
    path = reverse(name, kwargs=world.arguments(url, actor))
    return _on(client.post(path, fields | {"name": "First"}, follow=True), f"({look})").rpartition(
        "/"
    )[2]


def _on(page: HttpResponse, look: str) -> str:
    """What stands on a page in the brackets of ``look``."""
    found = re.search(look, page.text)
    assert found, page.text
    return found[1]


def _second_factors(clients: dict[str, Client]) -> dict[str, list[str]]:
    """The editor's is on; the viewer's waits for its first code."""
    page = reverse("accounts:second-factor")
    shown: dict[str, str] = {}
    for actor in ("editor", "viewer"):
        answer = clients[actor].post(reverse("accounts:second-factor-secret"), follow=True)
        shown[actor] = _on(answer, r'<code id="secret">([A-Z2-7 ]+)</code>').replace(" ", "")
    code = format_hotp_value(hotp_value(shown["editor"], int(time.time()) // 30))
    fields = {"current_password": PASSWORD, "code": code}
    assert clients["editor"].post(f"{page}activation/", fields).status_code == 302
    codes = _on(clients["editor"].get(page), r'id="new-codes"[^>]*>([\d\n]+)</pre>').split()
    assert len(codes) == 10
    return {
        "the secret of an app": [shown["editor"]],
        WAITING: [shown["viewer"]],
        "a recovery code": codes,
    }


def _paste(client: Client) -> None:
    """A text with a key is read, looked at, and becomes a prompt."""
    found = client.post(reverse("prompts:uploads", args=["acme"]), {"text": PASTED})
    assert found.status_code == 302, found.text
    assert "REMOVED-KEY" in client.get(found["Location"]).text
    taken = client.post(f"{found['Location']}imports/", {"take": "0", "name-0": "Found"})
    assert taken.status_code == 302, taken.text
    # The import has deleted what was read: another one stays.
    assert client.post(reverse("prompts:uploads", args=["acme"]), {"text": PASTED})["Location"]


# Where to look -------------------------------------------------------------------------------


def content_of(answer: HttpResponse) -> bytes:
    """All that an answer says: headers, cookies and body, and the files of an archive."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    head = f"{answer.headers} {answer.cookies}".encode()
    return b"\n".join([head, body, *files_in(body)])


def files_in(body: bytes) -> Iterator[bytes]:
    """The names and contents of the files of a ZIP archive; nothing of anything else."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)


def tables() -> dict[str, str]:
    """Every row of each table as text, as a plain dump has it."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(t::text, chr(10)) FROM {table} t")
            found[table] = cursor.fetchone()[0] or ""
    return found
