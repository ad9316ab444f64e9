"""An installation that nobody has opened yet."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.process.runs.running import MANAGE, Database, Upstream, Web, environment


class FreshSite:
    """A prepared database and a web process; ``welcome_path`` leads in."""

    def __init__(self, directory: Path, static: str, upstream: Upstream) -> None:
        self.database = Database(os.environ["DATABASE_URL"])
        environ = environment(directory, self.database.url, upstream.url)
        environ |= {"WORKBENCH_STATIC_DIR": static, "ANTHROPIC_API_KEY": "sk-ant-under-test-4Q2x"}
        done = subprocess.run([*MANAGE, "prepare"], env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        self.welcome_path: str = json.loads(done.stdout.splitlines()[-1])["welcome_path"]
        self.cookies: dict[str, str] = {}
        self.web = Web(environ, self.cookies)
        self.web.start()

    def close(self) -> None:
        """Stop the process and drop the database."""
        self.web.close()
        self.database.drop()
