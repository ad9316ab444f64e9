"""Settings: a bad value stops the start and names the setting."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from workbench.configuration import Configuration, database_settings
from workbench.runs.limits import VARIABLES, RunLimits

SITE = ("SITE_URL", "HOST", "PORT", "ALLOW_INSECURE_HTTP")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*SITE, *OIDC, *VARIABLES.values(), "DATABASE_URL", "WORKBENCH_UPSTREAMS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path))


def test_without_settings_it_is_this_machine_and_the_simulator() -> None:
    configuration = Configuration()
    assert configuration.site_url == "http://127.0.0.1:8000"
    upstreams = configuration.upstreams()
    assert list(upstreams) == ["anthropic", "simulator"]
    assert not upstreams["anthropic"].api_key  # for teams that have a key of their own
    assert configuration.run_limits() == RunLimits()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "-1"),
        ("SITE_URL", "example.org"),
        ("SITE_URL", "ftp://example.org"),
        ("SITE_URL", "https://example.org/prompts"),
        ("ALLOW_INSECURE_HTTP", "perhaps"),
    ],
)
def test_a_bad_address_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    if name == "ALLOW_INSECURE_HTTP":
        monkeypatch.setenv("SITE_URL", "http://example.org")
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        _ = Configuration().site_url


def test_plain_http_to_another_machine_must_be_insisted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "http://workbench.example.org")
    with pytest.raises(ImproperlyConfigured, match="ALLOW_INSECURE_HTTP"):
        _ = Configuration().site_url
    monkeypatch.setenv("ALLOW_INSECURE_HTTP", "1")
    assert Configuration().site_url == "http://workbench.example.org"


@pytest.mark.parametrize("value", ["soon", "-3", "nan", "inf", "1e300"])
@pytest.mark.parametrize("variable", VARIABLES.values())
def test_a_bad_limit_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ImproperlyConfigured, match=variable):
        Configuration().run_limits()


def test_a_limit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUN_CONNECT_TIMEOUT", "2.5")
    monkeypatch.setenv("RUN_MAX_RETRIES", "0")
    limits = Configuration().run_limits()
    assert (limits.connect, limits.max_retries) == (2.5, 0)


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sk-ant-from-a-file\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY_FILE", str(file))
    assert Configuration().upstreams()["anthropic"].api_key == "sk-ant-from-a-file"


def test_a_file_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY_FILE", "/nonexistent/key")
    with pytest.raises(ImproperlyConfigured, match="ANTHROPIC_API_KEY"):
        Configuration().upstreams()


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "one"
    made = Configuration().secret("NOT_SET_ANYWHERE", path)
    assert len(made) >= 50
    assert Configuration().secret("NOT_SET_ANYWHERE", path) == made


@pytest.mark.parametrize("value", ["too short", f"{'a' * 40},short", ","])
def test_an_encryption_key_that_cannot_seal_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ENCRYPTION_KEY", value)
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEY"):
        _ = Configuration().encryption_key


def test_an_encryption_key_may_be_several_and_is_made_where_none_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ENCRYPTION_KEY", f"{'a' * 32}, {'b' * 32}")
    assert Configuration().encryption_key == f"{'a' * 32}, {'b' * 32}"
    monkeypatch.delenv("ENCRYPTION_KEY")
    assert len(Configuration().encryption_key) >= 50


def test_upstreams_come_in_their_order_and_the_simulator_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKBENCH_UPSTREAMS", "proxy=https://llm.example.org/, anthropic=https://a")
    monkeypatch.setenv("PROXY_API_KEY", "key-of-the-proxy")
    monkeypatch.setenv("PROXY_AUTH", "bearer")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-anthropic")
    upstreams = Configuration().upstreams()
    assert list(upstreams) == ["proxy", "anthropic", "simulator"]
    assert upstreams["proxy"].base_url == "https://llm.example.org"
    assert upstreams["proxy"].auth == "bearer"
    assert "key-of-the-proxy" not in repr(upstreams)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANTHROPIC_BASE_URL", "localhost:4010"),
        ("ANTHROPIC_BASE_URL", "https://api.anthropic.com/v1"),
        ("WORKBENCH_UPSTREAMS", "https://api.anthropic.com"),
        ("WORKBENCH_UPSTREAMS", "simulator=https://a.example"),
        ("ANTHROPIC_AUTH", "cookie"),
        ("ANTHROPIC_API_KEY", "sk ant"),
    ],
)
def test_a_bad_upstream_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        Configuration().upstreams()


def test_a_database_url_may_name_a_socket_and_quoted_secrets() -> None:
    url = "postgresql://ana:p%40ss@/work?host=/run/pg&sslmode=disable"
    found = database_settings(url)
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("work", "ana", "p@ss")
    assert found["HOST"] == "/run/pg"
    assert found["OPTIONS"]["sslmode"] == "disable"


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://a:no-port/b"])
def test_a_bad_database_url_is_named(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_settings(url)


OIDC = {
    "OIDC_ISSUER": "https://id.example.org/realms/all",
    "OIDC_CLIENT_ID": "workbench",
    "OIDC_CLIENT_SECRET": "secret",
}


def test_without_an_issuer_there_is_no_single_sign_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Configuration().single_sign_on is None
    monkeypatch.setenv("SINGLE_SIGN_ON_ONLY", "1")
    with pytest.raises(ImproperlyConfigured, match="SINGLE_SIGN_ON_ONLY needs OIDC_ISSUER"):
        _ = Configuration().single_sign_on


def test_single_sign_on_links_nothing_and_closes_nothing_unless_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in OIDC.items():
        monkeypatch.setenv(name, value)
    provider = Configuration().single_sign_on
    assert provider is not None
    assert provider.label == "id.example.org"
    assert not provider.links_verified_email
    assert not provider.is_only
    assert "secret" not in repr(provider).replace("client_secret", "")
    monkeypatch.delenv("OIDC_CLIENT_SECRET")
    (tmp_path / "secret").write_text("of a file\n")
    monkeypatch.setenv("OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    provider = Configuration().single_sign_on
    assert provider is not None
    assert provider.client_secret == "of a file"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "id.example.org"),
        ("OIDC_ISSUER", "http://id.example.org"),
        ("OIDC_ISSUER", "https://id.example.org/?realm=all"),
        ("OIDC_ISSUER", "https://id.example.org/" + "x" * 200),
        ("OIDC_CLIENT_ID", ""),
        ("OIDC_CLIENT_SECRET", ""),
        ("OIDC_LINK_VERIFIED_EMAIL", "perhaps"),
        ("SINGLE_SIGN_ON_ONLY", "perhaps"),
    ],
)
def test_a_bad_identity_provider_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for each, good in (OIDC | {name: value}).items():
        monkeypatch.setenv(each, good)
    with pytest.raises(ImproperlyConfigured, match=name):
        _ = Configuration().single_sign_on
