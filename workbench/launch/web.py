"""The web server process, and asking from outside whether it answers."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import threading
import time

from workbench.launch.errors import LaunchError
from workbench.launch.options import Options
from workbench.launch.processes import IS_LINUX

APPLICATION = "workbench.asgi:application"
PARENT_VARIABLE = "WORKBENCH_PARENT"  # process id of the launcher, for where no kernel tells us
PORT_PATIENCE_SECONDS = 2.0  # a web server that was killed a moment ago lets go of the port


def serve(options: Options, application: str = APPLICATION) -> int:
    """Run the web server in this process until SIGTERM or SIGINT; returns the exit code."""
    import uvicorn

    check_port(options)
    _end_with_parent()
    # uvicorn raises the signal again when it has shut down; that must not kill us with a trace.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    logging.getLogger("uvicorn.error").addFilter(_is_worth_saying)
    config = uvicorn.Config(
        application,
        host=options.host,
        port=options.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        timeout_graceful_shutdown=options.grace,
        timeout_keep_alive=75,  # longer than the usual proxy's, so that it is the proxy that closes
        proxy_headers=bool(options.trusted_proxies),
        forwarded_allow_ips=options.trusted_proxies or None,
        access_log=False,
        server_header=False,
        log_config=None,  # its lines go the way of all others: in our format, without secrets
        log_level="warning",
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """False for uvicorn's remarks about streams that were open when it was told to stop."""
    if record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError):
        return False
    return not record.getMessage().startswith("Cancel ")


def _end_with_parent() -> None:
    parent = os.environ.get(PARENT_VARIABLE, "")
    if IS_LINUX or not parent:
        return

    def watch() -> None:
        while os.getppid() == int(parent):
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def check_port(options: Options) -> None:
    """Raise LaunchError when the web server could not listen on its address."""
    deadline = time.monotonic() + PORT_PATIENCE_SECONDS
    while error := _refusal(options):
        if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            raise LaunchError(_sentence(error, options)) from None
        time.sleep(0.1)


def _refusal(options: Options) -> OSError | None:
    try:
        found = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None


def _sentence(error: OSError, options: Options) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {options.port} on {options.host} is taken by another program. "
            "Set PORT to a free one, for example PORT=8001."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {options.port} is not open to this account. Set PORT to one above 1023."
    return f"HOST {options.host!r} is no address of this machine: {error.strerror or error}."


def is_healthy(options: Options) -> bool:
    """Whether GET /health/ on this machine says within two seconds that the database answers.

    A disk that is nearly full makes the answer a 503, and is no reason not to serve.
    """
    request = "GET /health/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        address = (options.local_host, options.port)
        with socket.create_connection(address, timeout=2) as connection:
            connection.sendall(request.encode("ascii"))
            with connection.makefile("rb") as answer:
                return b'"database": "ok"' in answer.read(10_000)
    except OSError:
        return False
