"""Which addresses a webhook may have, and what its signature is."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from django.core.exceptions import ImproperlyConfigured

from workbench.sharing.webhooks import hosts
from workbench.sharing.webhooks.hosts import allowed_hosts, refusal

ALLOWED = allowed_hosts(
    "Hooks.example.org, api.example.org:8443, 127.0.0.1:9000, 10.0.0.5:80, [::1]:7"
)


def test_without_a_list_no_host_is_allowed():
    assert allowed_hosts("") == frozenset()
    assert "not among the hosts" in refusal("https://hooks.example.org/", frozenset())


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/a/b?c=d",
        "https://HOOKS.example.org:443/",
        "https://api.example.org:8443/",
        "http://127.0.0.1:9000/",
        "http://[::1]:7/",
    ],
)
def test_an_address_on_a_listed_host_is_taken(url: str):
    assert refusal(url, ALLOWED) == ""


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://example.org/", "not among the hosts"),
        ("https://hooks.example.org:8443/", "not among the hosts"),
        ("https://api.example.org/", "not among the hosts"),
        ("https://hooks.example.org.evil.example/", "not among the hosts"),
        ("https://evil.example/hooks.example.org", "not among the hosts"),
        ("https://169.254.169.254/latest/", "not among the hosts"),
        ("http://localhost:9000/", "not among the hosts"),
        ("https://hooks.example.org@evil.example/", hosts.NO_USER),
        ("https://me:secret@hooks.example.org/", hosts.NO_USER),
        ("http://hooks.example.org/", hosts.NO_HTTPS),
        ("http://10.0.0.5/", hosts.NO_HTTPS),  # listed, but not of this machine
        ("ftp://hooks.example.org/", hosts.NO_URL),
        ("file:///etc/passwd", hosts.NO_URL),
        ("hooks.example.org", hosts.NO_URL),
        ("https://", hosts.NO_URL),
        ("https://hooks.example.org:port/", hosts.NO_URL),
        ("https://hooks.example.org\\@evil.example/", hosts.NO_URL),
        ("https://hooks.example.org/a b", hosts.NO_URL),
        ("https://hööks.example.org/", hosts.NO_URL),
        ("https://hooks.example.org/#part", hosts.NO_FRAGMENT),
        ("https://[::1/", hosts.NO_URL),
    ],
)
def test_any_other_address_is_refused_with_a_sentence(url: str, sentence: str):
    assert sentence in refusal(url, ALLOWED)


@pytest.mark.parametrize(
    "text", ["https://a.example", "*.example.org", "a.example/b", "a@b", ":443", "a:b"]
)
def test_a_bad_entry_stops_the_start(text: str):
    with pytest.raises(ImproperlyConfigured, match="WORKBENCH_WEBHOOK_HOSTS"):
        allowed_hosts(f"good.example, {text}")


def test_the_signature_is_the_hmac_of_time_dot_and_body():
    from workbench.sharing.webhooks.secret import signature

    expected = hmac.new(b"whsec_a", b'1700000000.{"a": 1}', hashlib.sha256).hexdigest()
    assert signature("whsec_a", 1700000000, b'{"a": 1}') == f"t=1700000000,v1={expected}"
