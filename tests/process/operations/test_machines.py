"""The processes of compose.yaml without containers: Postgres by TCP, secrets in files, two servers.

That a run can be watched everywhere, whatever breaks, is proven in ``tests/process/runs``
(``test_watching.py``, ``test_crashes.py``), and that people work together over two processes in
``tests/process/prompts``; here is only what an installation on several machines adds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.process.runs.lasting import an_upstream
from tests.process.runs.running import Upstream, Web, eventually, free_port
from tests.process.runs.site import Origin, Site, text_in
from workbench.launch.postgres import EmbeddedPostgres

from .proxy import Proxy

TOKEN = "token-of-the-figures-in-a-file"
PROXY = {"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "from-the-proxy-0001"}

upstream = pytest.fixture(scope="module", name="upstream")(an_upstream)


@pytest.fixture(scope="module")
def site(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two web processes on a Postgres that listens on a port; every secret comes from a file."""
    port = free_port()
    listening = {"listen_addresses": "127.0.0.1", "port": str(port), "fsync": "off"}
    with EmbeddedPostgres(tmp_path_factory.mktemp("pg"), extra_settings=listening) as postgres:
        password = postgres.places.password.read_text().strip()
        admin = f"postgresql://workbench:{password}@127.0.0.1:{port}/workbench"
        origin = Origin(tmp_path_factory.mktemp("origin"), admin)
        files = {
            "SECRET_KEY": "a secret of the tests",
            "ENCRYPTION_KEY": "another long secret of the tests",
            "METRICS_TOKEN": TOKEN,
            "ANTHROPIC_API_KEY": "sk-ant-under-test-4Q2x",
        }
        settings = {"LOG_FORMAT": "json", "FORWARDED_ALLOW_IPS": "127.0.0.1"}
        site = SiteOfFiles(tmp_path_factory.mktemp("site"), upstream, origin, files, settings)
        site.another_web()
        yield site
        site.close()


class SiteOfFiles(Site):
    """A site whose processes get no secret by the environment."""

    def __init__(
        self,
        directory: Path,
        upstream: Upstream,
        origin: Origin,
        files: dict[str, str],
        settings: dict[str, str],
    ) -> None:
        self.directory = directory
        self.files = files
        super().__init__(directory, upstream, origin, admin=origin.admin, **settings)

    def another_web(self, **environ: str) -> Web:
        for name, text in (self.files | {"DATABASE_URL": self.database.url}).items():
            path = self.directory / name.lower()
            path.write_text(text + "\n")
            self.environ.pop(name, None)
            self.environ[f"{name}_FILE"] = str(path)
        return super().another_web(**environ)


def _figures(web: Web) -> str:
    """What Prometheus gets, asking by an address that is not the site's name."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": f"10.1.2.3:{web.port}"}
    answer = httpx.get(f"{web.url}/metrics", headers=headers, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer.text


def _value(figures: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", figures, re.MULTILINE)
    assert found, figures
    return float(found[1])


def test_a_run_of_one_process_is_watched_at_the_other_and_each_counts_its_own(site: Site) -> None:
    here, there = site.webs
    run = site.run("simulate: answer tokens=60 delay=0.05", web=here)
    watched = site.watch(run, web=there)
    eventually(lambda: _value(_figures(there), "workbench_streams_open") == 1)
    assert _value(_figures(here), "workbench_runs_active") == 1
    assert text_in(watched.wait()) == site.answer_text(run)
    eventually(lambda: _value(_figures(here), "workbench_runs_active") == 0)
    ended = 'workbench_runs_ended_total{state="succeeded"}'
    assert _value(_figures(here), ended) == 1
    assert _value(_figures(there), ended) == 0
    assert _value(_figures(here), "workbench_run_first_token_seconds_count") == 1
    used = 'workbench_database_connections{pool="runs",state="free"}'
    assert _value(_figures(here), used) >= 1
    assert _value(_figures(here), "workbench_engine_up") == 1
    assert "acme" not in _figures(here).lower()


def test_the_figures_are_closed_to_others(site: Site) -> None:
    assert site.web.client.get("/metrics/").status_code == 401


def test_every_answer_has_a_number_and_a_proxy_may_choose_it(site: Site) -> None:
    for path in ("/health/", "/sign-in/", "/nothing/", "/api/v1/prompts/", "/static/none.css"):
        assert len(site.web.client.get(path).headers["x-request-id"]) == 16
    named = site.web.client.get("/sign-in/", headers=PROXY)
    assert named.headers["x-request-id"] == "from-the-proxy-0001"
    # Who comes without the proxy's other header was not named by it.
    bare = site.web.client.get("/sign-in/", headers={"X-Request-ID": "from-the-proxy-0001"})
    assert bare.headers["x-request-id"] != "from-the-proxy-0001"


def test_the_audit_trail_has_the_number_of_its_request(site: Site) -> None:
    form = {"run_days": "90", "is_understood": "on"}
    headers = PROXY | {"X-CSRFToken": site.cookies["workbench-csrf"]}
    saved = site.web.client.post("/t/acme/retention/", data=form, headers=headers)
    assert saved.status_code == 302, saved.text
    query = "SELECT request_id, host(address) FROM accounts_auditevent WHERE action = %s"
    assert site.database.rows(query, "retention.edit") == [("from-the-proxy-0001", "203.0.113.9")]


def test_health_is_red_while_the_engine_has_no_lease(site: Site) -> None:
    web = site.webs[1]
    assert web.client.get("/health/").json()["engine"] == "ok"
    end = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%%'
    """
    seen: set[str] = set()

    def was_red() -> bool:
        site.database.rows(end)
        seen.add(web.client.get("/health/").json()["engine"])
        return seen >= {"failing"}

    eventually(was_red)
    eventually(web.answers)


def test_the_log_is_lines_of_json_and_names_the_request_of_a_run(site: Site) -> None:
    web = site.webs[1]
    lines = [json.loads(line) for line in web.log.splitlines() if line.strip()]
    assert lines, "losing the lease is worth a line"
    assert all(
        line.keys() >= {"time", "level", "logger", "request_id", "message"} for line in lines
    )


def _behind(proxy: Proxy, site: Site) -> Any:
    """The person of the site in a browser that knows the proxy alone, by https."""
    cookies = "; ".join(f"__Host-{name}={value}" for name, value in site.cookies.items())
    name = "workbench.test"
    headers = {"Host": name, "Origin": f"https://{name}", "Cookie": cookies}
    return SimpleNamespace(client=httpx.Client(base_url=proxy.url, headers=headers, timeout=30))


def test_all_of_it_works_through_a_proxy_with_tls_also_when_a_process_dies(site: Site) -> None:
    one, two = (site.another_web(SITE_URL="https://workbench.test") for _ in range(2))
    with Proxy([one.port, two.port]) as proxy:
        front = _behind(proxy, site)
        page = site.get("prompts/", front)
        assert page.status_code == 200, page.headers
        assert "max-age=31536000" in page.headers["strict-transport-security"]
        cookie = front.client.get("/sign-in/", headers={"Cookie": ""}).headers["set-cookie"]
        assert cookie.startswith("__Host-workbench-csrf=")
        assert "; Secure" in cookie
        assert front.client.get("/metrics/").status_code == 404
        # Who gets past the proxy is sent back to https.
        past = one.client.get("/sign-in/", headers={"Host": "workbench.test"})
        assert past.headers["location"] == "https://workbench.test/sign-in/"

        run = site.run("simulate: answer tokens=60 delay=0.05", web=front)
        watched = site.watch(run, web=front)
        eventually(lambda: len(watched.pieces) > 3)  # it comes while the answer is written
        assert watched.is_open
        assert text_in(watched.wait()) == site.answer_text(run, front)
        assert min(proxy.passed[web.port] for web in (one, two)) >= 2

        one.kill()
        before = proxy.passed[two.port]
        for _ in range(4):
            assert site.get("prompts/", front).status_code == 200
        assert proxy.passed[two.port] == before + 4
        front.client.close()
