"""The simulator on a socket behaves like the one in the process, and like a real upstream."""

import asyncio
import json
import sys
import time

import httpx
import pytest

from workbench.simulator import SCENARIOS, DeadPorts, SimulatorServer, SimulatorTransport

ENDLESS = {"endless", "flood-line"}
# How far the server gets before the client gives up is a matter of time.
TIMED = ENDLESS | {"gzip-lie"}
ON_A_CONNECTION = [name for name in SCENARIOS if not name.startswith("connect-")]
HEADERS = {"x-api-key": "sk-ant-test-1234", "anthropic-version": "2026-10-21"}


def body(**changes):
    return {
        "model": "claude-opus-4-8",
        "max_tokens": 30000,
        "stream": True,
        "messages": [{"role": "user", "content": "Hello"}],
        **changes,
    }


async def observed(client, base_url, name, stream):
    """Return what a client sees of a scenario: status, headers, bytes, exception."""
    seen = {"data": bytearray()}
    headers = {**HEADERS, "x-simulate": f"{name} delay=0 bytes=300000"}
    url = f"{base_url}/v1/messages"
    try:
        async with client.stream(
            "POST", url, json=body(stream=stream), headers=headers
        ) as response:
            seen["status"] = response.status_code
            seen["headers"] = sorted(
                pair for pair in response.headers.multi_items() if not pair[0].endswith("-reset")
            )
            async for piece in response.aiter_bytes():
                seen["data"] += piece
                if name in ENDLESS and len(seen["data"]) > 20_000:
                    seen["data"] = b"enough"
                    break
    except httpx.HTTPError as error:
        seen["error"] = (type(error), str(error))
    return seen


async def ended(journal, count=1):
    """Wait until the last entry of a journal is over; returns how."""
    for _ in range(2_000):
        if len(journal()) >= count and journal()[-1]["ended"]:
            return journal()[-1]["ended"]
        await asyncio.sleep(0.005)
    raise AssertionError(f"not over: {journal()}")


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("name", ON_A_CONNECTION)
async def test_a_scenario_is_the_same_in_the_process_and_on_a_socket(
    server, name, stream, no_authorities
):
    transport = SimulatorTransport()
    limits = httpx.Timeout(3, read=0.15 if name in {"hang", "stall", "pings"} else 3)
    async with (
        httpx.AsyncClient(transport=transport, timeout=limits) as inside,
        httpx.AsyncClient(timeout=limits, trust_env=False, verify=no_authorities) as outside,
    ):
        expected = await observed(inside, server.base_url, name, stream)
        assert await observed(outside, server.base_url, name, stream) == expected
    end = await ended(lambda: server.journal)
    if name not in TIMED:
        assert end == transport.journal[-1]["ended"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("refused", httpx.ConnectError),
        ("silent", httpx.ReadTimeout),
        ("timeout", httpx.ConnectTimeout),
        ("tls", httpx.ConnectError),
    ],
)
async def test_dead_ports_fail_in_the_way_of_their_name(name, kind):
    limits = httpx.Timeout(0.3)
    async with DeadPorts() as ports, httpx.AsyncClient(timeout=limits, trust_env=False) as client:
        with pytest.raises(httpx.TransportError) as caught:
            await client.post(getattr(ports, f"{name}_url"))
    assert type(caught.value) is kind
    if name == "tls":
        assert "self-signed certificate" in str(caught.value)


async def test_a_fault_before_the_connection_explains_itself_on_a_socket(client):
    response = await client.post(
        "/v1/messages", json=body(), headers={"x-simulate": "connect-refused"}
    )
    assert response.status_code == 400
    assert "DeadPorts" in response.json()["error"]["message"]


async def test_a_client_that_leaves_is_noted(server, client):
    headers = {"x-simulate": "answer delay=0.05"}
    async with client.stream("POST", "/v1/messages", json=body(), headers=headers) as response:
        async for _ in response.aiter_raw():
            break
        assert server.journal[-1]["ended"] == ""
    assert await ended(lambda: server.journal) == "client-gone"


@pytest.mark.parametrize("name", ["hang", "stall"])
async def test_a_client_that_leaves_a_silent_answer_is_noted_too(server, client, name):
    request = client.post("/v1/messages", json=body(), headers={"x-simulate": f"{name} delay=0"})
    task = asyncio.create_task(request)
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])
    assert await ended(lambda: server.journal) == "client-gone"


async def test_a_stream_keeps_its_pace(client):
    start = time.monotonic()
    headers = {"x-simulate": "answer tokens=46 delay=0.01"}
    times = []
    async with client.stream("POST", "/v1/messages", json=body(), headers=headers) as response:
        async for _ in response.aiter_raw():
            times.append(time.monotonic() - start)
    assert len(times) > 5  # pieces may meet on their way, but not all of them
    assert times[-1] > 0.45


async def test_one_connection_serves_request_after_request(server, client):
    for _ in range(3):
        response = await client.post("/v1/messages", json=body(stream=False))
        assert response.status_code == 200
    assert len(server._connections) == 1


async def test_a_request_in_pieces_and_two_requests_at_once_are_understood(server):
    reader, writer = await asyncio.open_connection(server.host, server.port)
    request = b"GET /v1/models?limit=1 HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\n"
    request += b"anthropic-version: 2023-06-01\r\n\r\n"
    writer.write(request[:30])
    await asyncio.sleep(0.02)
    writer.write(request[30:] + request)
    for _ in range(2):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        assert json.loads(await reader.readexactly(length))["has_more"] is True
    writer.close()
    await writer.wait_closed()


async def test_a_chunked_request_and_one_that_waits_for_100_continue_are_understood(server):
    reader, writer = await asyncio.open_connection(server.host, server.port)
    data = json.dumps(body(stream=False)).encode()
    head = (
        b"POST /v1/messages HTTP/1.1\r\nauthorization: Bearer k\r\nexpect: 100-continue\r\n"
        b"anthropic-version: 2023-06-01\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    )
    writer.write(head)
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    for part in (data[:50], data[50:], b""):
        writer.write(b"%x\r\n%b\r\n" % (len(part), part))
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"simulated" in answer
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    "junk",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"hello\r\n\r\n",
        b"x" * 70_000,
        b"POST / HTTP/1.1\r\ncontent-length: \xb2\r\n\r\n",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n-6\r\n",
    ],
)
async def test_what_is_no_request_is_answered_400_and_closed(server, junk):
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(junk)
    assert (await reader.read()).startswith(b"HTTP/1.1 400")
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_does_not_read_does_not_fill_the_memory(server):
    reader, writer = await asyncio.open_connection(server.host, server.port)
    data = json.dumps(body()).encode()
    writer.write(
        b"POST /v1/messages HTTP/1.1\r\nx-api-key: k\r\nanthropic-version: 2023-06-01\r\n"
        b"x-simulate: flood-line\r\ncontent-length: %d\r\n\r\n%b" % (len(data), data)
    )
    await reader.readexactly(1000)
    await asyncio.sleep(0.2)
    (connection,) = server._connections
    assert connection._transport.get_write_buffer_size() < 1_000_000
    writer.transport.abort()
    assert await ended(lambda: server.journal) == "client-gone"


async def test_stopping_the_server_ends_open_streams():
    server = SimulatorServer()
    await server.start()
    url, lines = f"{server.base_url}/v1/messages", {**HEADERS, "x-simulate": "stall delay=0"}
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        task = asyncio.create_task(client.post(url, json=body(), headers=lines))
        await asyncio.sleep(0.1)
        await server.stop()
        with pytest.raises(httpx.TransportError):
            await task


async def test_two_hundred_streams_at_once_all_come_to_their_end():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workbench.simulator", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    try:
        host, port = url.removeprefix("http://").split(":")
        ends = await asyncio.gather(*(_read_to_the_end(host, port) for _ in range(200)))
    finally:
        process.terminate()
        await process.wait()
    assert all(ends)


async def _read_to_the_end(host, port):
    reader, writer = await asyncio.open_connection(host, int(port))
    data = json.dumps(body()).encode()
    writer.write(
        b"POST /v1/messages HTTP/1.1\r\nx-api-key: k\r\nanthropic-version: 2023-06-01\r\n"
        b"x-simulate: answer tokens=100 delay=0.02\r\nconnection: close\r\n"
        b"content-length: %d\r\n\r\n%b" % (len(data), data)
    )
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.count(b"text_delta") == 100 and b"message_stop" in answer
