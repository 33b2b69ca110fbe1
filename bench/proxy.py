"""What a proxy adds to a call, beside nginx, envoy, mitmproxy and LiteLLM in one interleaved run.

Goals: added p50 at concurrency 1 at most 5 ms on small and 10 ms on 1 MB answers; CPU for an answer of 2 MB with both
bodies kept at most 2 times envoy + mirror (which copies requests only) and 0.15 times LiteLLM; added p50 at most 1.5
times envoy + mirror, a third of mitmdump -w, a twentieth of LiteLLM; memory bounded; every call one capture.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench import Table, met, percentile, proxy_peers
from bench.canned_client import BRIEF, INCUMBENT
from bench.proxy_peers import Peer, Ports

SIZES = {"1 kB": 1_000, "1 MB": 1_000_000, "2 MB": 2_000_000}
CALLS = {1: 60, 8: 96, 64: 128}
"""Calls by concurrency."""
ROUNDS = 3
SHADOW_SECONDS = 30.0
"""How long the other arm takes, while the worker runs beside the proxy."""
OURS = "shadow proxy"
BODY = json.dumps({"contents": [{"role": "user", "parts": [{"text": BRIEF}]}]}).encode()


@dataclass(slots=True)
class Cell:
    """One proxy at one size and concurrency."""

    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    calls: int = 0


Cells = dict[tuple[str, int], Cell]


def tables() -> Iterator[Table]:
    """One table for each size of answer."""
    found: dict[str, Cells] = {}
    for name, size in SIZES.items():
        folder = Path(tempfile.mkdtemp(prefix="shadow-bench-"))
        try:
            cells, notes = measured(folder, size)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        found[name] = cells
        yield table(name, cells, (*notes, *goals(name, cells)))


def measured(
    folder: Path, size: int, calls: Mapping[int, int] = CALLS, rounds: int = ROUNDS
) -> tuple[Cells, list[str]]:
    """Every proxy that is there, in turn, round after round."""
    with ExitStack() as stack:
        upstream = stack.enter_context(proxy_peers.upstream(size))
        other = stack.enter_context(proxy_peers.upstream(1_000))
        slow = stack.enter_context(proxy_peers.upstream(1_000, SHADOW_SECONDS))
        # The mirrors get a quick one: nginx holds up the next call of a connection until its mirror has answered.
        peers, notes = _peers(folder, Ports(upstream=upstream, other=other))
        for peer in peers:
            stack.callback(proxy_peers.stop, peer)
        peers.insert(0, Peer(name="direct", port=upstream))
        worker = _worker(folder / OURS, slow)
        stack.callback(proxy_peers.stop, worker)
        cells: Cells = {}
        for number in range(rounds + 1):
            for concurrency, count in calls.items():
                for peer in peers:
                    _measure(cells, peer, concurrency, count, kept=number > 0)
        notes += _standing(peers)
    return cells, notes


def _peers(folder: Path, ports: Ports) -> tuple[list[Peer], list[str]]:
    made = [
        proxy_peers.shadow(folder / OURS, ports),
        proxy_peers.nginx(folder / "nginx", ports, mirror=False),
        proxy_peers.nginx(folder / "mirror", ports, mirror=True),
        proxy_peers.envoy(folder / "envoy", ports),
        proxy_peers.mitmproxy(folder / "mitmproxy", ports),
        proxy_peers.litellm(folder / "litellm", ports),
    ]
    return [peer for peer in made if isinstance(peer, Peer)], [peer for peer in made if isinstance(peer, str)]


def _worker(folder: Path, slow: int) -> Peer:
    """A worker on the same home, whose other arm takes half a minute."""
    more = {"GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{slow}", "GEMINI_API_KEY": "k", "NO_PROXY": "127.0.0.1"}
    return proxy_peers.started_quietly("worker", [sys.executable, "-m", "shadow", "work"], folder, **more)


def _measure(cells: Cells, peer: Peer, concurrency: int, count: int, *, kept: bool) -> None:
    before = peer.cpu()
    seconds = asyncio.run(_load(peer, concurrency, count))
    if peer.name == OURS:
        _drained(peer)
    if kept:  # the first round is for the caches
        cell = cells.setdefault((peer.name, concurrency), Cell())
        cell.seconds += seconds
        cell.cpu += peer.cpu() - before
        cell.calls += count


async def _load(peer: Peer, concurrency: int, count: int) -> list[float]:
    """So many calls, so many at once; seconds of each."""
    left = iter(range(count))
    found: list[float] = []
    path = f"{peer.prefix}/v1beta/models/{INCUMBENT}:generateContent"
    keys = peer.headers or ("x-goog-api-key: k",)
    head = [f"POST {path} HTTP/1.1", "Host: h", "Content-Type: application/json", *keys, f"Content-Length: {len(BODY)}"]
    request = "\r\n".join([*head, "", ""]).encode() + BODY

    async def caller() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", peer.port, limit=2**24)
        for _ in left:
            began = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            found.append(time.perf_counter() - began)
        writer.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(caller())
    return found


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert b" 200 " in head.split(b"\r\n")[0], head
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
        return
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)


def _drained(peer: Peer) -> None:
    """Wait until what was seen is in the spool: keeping it is part of the price."""
    while _metric(peer, "shadow_proxy_waiting"):
        time.sleep(0.05)


def _metric(peer: Peer, name: str) -> float:
    page = urllib.request.urlopen(f"http://127.0.0.1:{peer.port}/-/metrics").read().decode()
    return sum(float(line.rpartition(" ")[2]) for line in page.splitlines() if line.startswith(name))


def _standing(peers: list[Peer]) -> list[str]:
    """Memory of each, and whether every call of ours has its capture."""
    notes = [f"{peer.name}: {peer.memory():.0f} MB resident at the end" for peer in peers if peer.process is not None]
    ours = next(peer for peer in peers if peer.name == OURS)
    asked = _metric(ours, "shadow_proxy_requests_total")
    lost = _metric(ours, "shadow_proxy_drops_total")
    kept = _metric(ours, "shadow_proxy_captures_total")
    return [
        *notes,
        met(
            f"every call one capture or a count: {asked:.0f} calls, {kept:.0f} captured, {lost:.0f} counted",
            holds=asked == kept + lost,
        ),
    ]


def table(name: str, cells: Cells, notes: tuple[str, ...]) -> Table:
    """Added milliseconds and CPU."""
    concurrencies = sorted({at for _, at in cells})
    rows = []
    for proxy in dict.fromkeys(proxy for proxy, _ in cells):
        row = [proxy]
        for at in concurrencies:
            row += [f"{added(cells, proxy, at, share) * 1e3:.1f}" for share in (0.5, 0.99)]
            row.append(f"{cpu(cells, proxy, at) * 1e3:.1f}")
        rows.append(tuple(row))
    columns = [""] + [f"{what} c={at}" for at in concurrencies for what in ("+p50", "+p99", "CPU")]
    return Table(
        title=f"Answers of {name}: milliseconds beyond direct, and of CPU for each call; the shadow takes 30 s",
        columns=tuple(columns),
        rows=tuple(rows),
        notes=notes,
    )


def added(cells: Cells, proxy: str, concurrency: int, share: float) -> float:
    """Seconds beyond a direct call."""
    both = [percentile(cells[name, concurrency].seconds, share) for name in (proxy, "direct")]
    return both[0] - both[1]


def cpu(cells: Cells, proxy: str, concurrency: int) -> float:
    """Seconds of processor time for each call."""
    cell = cells[proxy, concurrency]
    return cell.cpu / cell.calls


def goals(name: str, cells: Cells) -> Iterator[str]:
    """The goals that this size has."""
    ours = added(cells, OURS, 1, 0.5) * 1e3
    limit = {"1 kB": 5.0, "1 MB": 10.0}.get(name)
    if limit is not None:
        yield met(f"added p50 at concurrency 1 <= {limit:g} ms (here {ours:.1f})", holds=ours <= limit)
    for peer, most, where in (("envoy + mirror", 2.0, 8), ("LiteLLM", 0.15, 1)):
        if name == "2 MB" and (peer, where) in cells:
            ratio = cpu(cells, OURS, where) / cpu(cells, peer, where)
            yield met(f"CPU <= {most:g} x {peer} (here {ratio:.2f}, c={where})", holds=ratio <= most)
    for peer, most in (("envoy + mirror", 1.5), ("mitmdump -w", 1 / 3), ("LiteLLM", 1 / 20)):
        if name == "2 MB" and (peer, 1) in cells:
            ratio = ours / 1e3 / added(cells, peer, 1, 0.5)
            yield met(f"added p50 <= {most:.2f} x {peer} (here {ratio:.2f})", holds=ratio <= most)
