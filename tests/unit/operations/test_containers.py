"""compose.yaml and the Dockerfile fit each other and the program; no Docker is here to ask."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.unit.settings_read import settings_read
from workbench.launch.command import NAMES
from workbench.launch.options import Options

ROOT = Path(__file__).resolve().parents[3]
NOT_PASSED_ON = {
    *("HOST", "PORT", "WORKBENCH_DATA_DIR", "WORKBENCH_STATIC_DIR"),  # the image says them
    "ALLOW_INSECURE_HTTP",  # the proxy has TLS
    "NAME_AUTH",  # of upstreams that the operator names: compose.override.yaml
}
FOR_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
INSTRUCTIONS = {"FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "EXPOSE", "VOLUME"} | {
    "STOPSIGNAL",
    "HEALTHCHECK",
    "CMD",
}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def _dockerfile() -> list[tuple[str, str]]:
    """The instructions with their arguments, lines joined, comments left out."""
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", text)
    found = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name, arguments.strip()) for name, _, arguments in found]


def _arguments(name: str) -> Iterator[str]:
    return (arguments for found, arguments in _dockerfile() if found == name)


def _image_environment() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(_arguments("ENV"))))


def _exists(command: list[str]) -> bool:
    program, script, name, *_ = command
    return (program, script) == ("python", "manage.py") and name in NAMES | get_commands().keys()


def test_there_is_a_database_a_proxy_and_web_processes() -> None:
    assert SERVICES.keys() == {"database", "prepare", "web", "proxy"}
    assert OURS.keys() == {"prepare", "web"}
    assert SERVICES["database"]["image"] == "postgres:17"


@pytest.mark.parametrize("name", OURS)
def test_each_command_exists(name: str) -> None:
    assert _exists(OURS[name]["command"])


@pytest.mark.parametrize("name", OURS)
def test_each_variable_is_one_that_the_program_reads(name: str) -> None:
    set_here = {each.removesuffix("_FILE") for each in OURS[name]["environment"]}
    assert set_here - settings_read() == set()


def test_every_setting_reaches_the_web_processes_or_has_no_place_there() -> None:
    environment = OURS["web"]["environment"]
    set_here = {each.removesuffix("_FILE") for each in environment}
    assert settings_read() - set_here == NOT_PASSED_ON
    # None is what compose fills in from .env, and leaves out when nothing is there.
    given = {each for each, text in environment.items() if text is not None}
    assert len(set_here) - len(given) > 20


@pytest.mark.parametrize("name", SERVICES)
def test_each_secret_is_mounted_where_its_variable_says(name: str) -> None:
    service = SERVICES[name]
    environment = service.get("environment", {})
    files = {text for each, text in environment.items() if each.endswith("_FILE")}
    secrets = service.get("secrets", [])
    assert files == {f"/run/secrets/{secret}" for secret in secrets}
    assert set(secrets) <= COMPOSE["secrets"].keys()
    plain = [
        each for each in environment if re.search(r"KEY$|TOKEN$|PASSWORD$|SECRET$|_URL$", each)
    ]
    assert set(plain) <= {"SITE_URL", "ANTHROPIC_BASE_URL"}


def test_every_secret_is_a_file_that_the_page_makes() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
        assert name in page


@pytest.mark.parametrize("name", SERVICES)
def test_volumes_networks_and_dependencies_are_there(name: str) -> None:
    service = SERVICES[name]
    volumes = [volume.partition(":")[0] for volume in service.get("volumes", [])]
    assert set(volumes) <= COMPOSE["volumes"].keys()
    assert set(service["networks"]) <= COMPOSE["networks"].keys()
    assert set(service.get("depends_on", [])) <= SERVICES.keys()
    configs = [config["source"] for config in service.get("configs", [])]
    assert set(configs) <= COMPOSE["configs"].keys()


def test_every_volume_network_and_secret_is_used() -> None:
    used = str(SERVICES)
    for kind in ("volumes", "networks", "secrets", "configs"):
        assert [name for name in COMPOSE[kind] if name not in used] == []


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert [name for name, each in SERVICES.items() if "outside" in each["networks"]] == ["proxy"]


def test_the_web_processes_believe_the_proxy_alone() -> None:
    address = SERVICES["proxy"]["networks"]["inside"]["ipv4_address"]
    assert OURS["web"]["environment"]["FORWARDED_ALLOW_IPS"] == address
    subnet = COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(subnet)


def test_the_proxy_asks_the_port_on_which_the_image_listens() -> None:
    environment = _image_environment()
    port = environment["PORT"]
    assert f"dynamic a web {port} {{" in COMPOSE["configs"]["caddyfile"]["content"]
    assert list(_arguments("EXPOSE")) == [port]
    assert f"http://localhost:{port}/health/" in next(_arguments("HEALTHCHECK"))
    assert environment["HOST"] == "0.0.0.0"
    assert "/metrics" in COMPOSE["configs"]["caddyfile"]["content"]


def test_a_web_process_has_longer_to_stop_than_its_runs() -> None:
    seconds = int(OURS["web"]["stop_grace_period"].removesuffix("s"))
    assert seconds >= Options.read({}).grace + 5


def test_the_processes_can_write_only_where_they_must() -> None:
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "/tmp" in service["tmpfs"]
    # What collects static files writes where there is a place for it.
    assert OURS["prepare"]["environment"]["WORKBENCH_STATIC_DIR"].startswith("/tmp/")
    assert "WORKBENCH_STATIC_DIR" not in OURS["web"]["environment"]


def test_the_dockerfile_has_known_instructions_and_one_of_those_that_count_once() -> None:
    names = [name for name, _ in _dockerfile()]
    assert set(names) == INSTRUCTIONS
    assert [names.count(name) for name in ("CMD", "HEALTHCHECK", "USER", "ENV")] == [1, 1, 1, 1]


def test_the_image_runs_without_root_and_without_what_built_it() -> None:
    instructions = _dockerfile()
    last = max(i for i, (name, _) in enumerate(instructions) if name == "FROM")
    stage = instructions[last:]
    assert "-slim" in stage[0][1]
    assert ("USER", "workbench") in stage
    after = stage[stage.index(("USER", "workbench")) :]
    assert "RUN" not in [name for name, _ in after]
    runs = " ".join(arguments for name, arguments in stage if name == "RUN")
    assert "apt-get" not in runs
    assert "pip install" not in runs


def test_what_is_copied_is_there_and_let_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {
        source
        for arguments in _arguments("COPY")
        if not arguments.startswith("--from")
        for source in arguments.split()[:-1]
    }
    assert copied == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_sets_what_the_program_reads_and_starts_a_command_that_exists() -> None:
    assert _image_environment().keys() - FOR_PYTHON - settings_read() == set()
    assert _exists(yaml.safe_load(next(_arguments("CMD"))))
