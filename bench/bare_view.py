"""A Django project of one view with one SELECT, on the same server: the least a read can cost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator

import django
import httpx
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

from bench import processes


@contextlib.asynccontextmanager
async def running(database_url: str) -> AsyncIterator[tuple[str, int]]:
    """The project in a process of its own: its address and process id."""
    port = processes.free_port()
    command = [sys.executable, "-m", "bench.bare_view", str(port)]
    environ = os.environ | {"BENCH_DATABASE_URL": database_url}
    server = await asyncio.create_subprocess_exec(*command, env=environ)
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(200):
                with contextlib.suppress(httpx.HTTPError):
                    (await client.get(url)).raise_for_status()
                    break
                await asyncio.sleep(0.05)
        yield url, server.pid
    finally:
        server.terminate()
        await server.wait()


def _one(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_team LIMIT 1")
        response = JsonResponse({"name": cursor.fetchone()[0]})
    response["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("", _one)]

if __name__ == "__main__":
    from workbench.configuration import database_settings

    settings.configure(
        ROOT_URLCONF="__main__",
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database_settings(os.environ["BENCH_DATABASE_URL"])},
    )
    django.setup()
    uvicorn.run(
        get_asgi_application(),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        log_level="warning",
    )
