"""The benchmark of the proxy runs: calls go through, every one has its capture, its table says so."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def _bench_is_found(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(ROOT))
    yield
    for name in [name for name in sys.modules if name == "bench" or name.startswith("bench.")]:
        del sys.modules[name]


@pytest.mark.usefixtures("_bench_is_found")
def test_our_own_proxy_is_measured(tmp_path: Path) -> None:
    """A few calls through the real verb, against the canned upstream."""
    from bench import proxy, proxy_peers

    with ExitStack() as stack:
        upstream = stack.enter_context(proxy_peers.upstream(10_000))
        peer = proxy_peers.shadow(tmp_path / "ours", proxy_peers.Ports(upstream=upstream, other=upstream))
        assert isinstance(peer, proxy_peers.Peer), peer
        stack.callback(proxy_peers.stop, peer)
        cells: proxy.Cells = {}
        for place in (proxy_peers.Peer(name="direct", port=upstream), peer):
            proxy._measure(cells, place, 2, 6, kept=True)  # noqa: SLF001 - the step that everything else repeats
        assert [len(cell.seconds) for cell in cells.values()] == [6, 6]
        (said,) = [note for note in proxy._standing([peer]) if "one capture" in note]  # noqa: SLF001
        assert said.startswith("met    every call one capture or a count: 6 calls, 6 captured")


@pytest.mark.usefixtures("_bench_is_found")
def test_goals_are_ratios_of_one_run() -> None:
    """Added time is beyond direct; a goal without its peer is not claimed."""
    from bench import proxy

    cells = {
        ("direct", 1): proxy.Cell(seconds=[0.010], cpu=0.0, calls=1),
        ("shadow proxy", 1): proxy.Cell(seconds=[0.014], cpu=0.006, calls=1),
        ("LiteLLM", 1): proxy.Cell(seconds=[0.210], cpu=0.030, calls=1),
    }
    said = list(proxy.goals("2 MB", cells))
    assert [line.split()[0] for line in said] == ["MISSED", "met"]
    assert "LiteLLM (here 0.02)" in said[1]
    assert list(proxy.goals("1 MB", cells)) == ["met    added p50 at concurrency 1 <= 10 ms (here 4.0)"]
