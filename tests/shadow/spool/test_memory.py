"""The spool in memory, beyond the contract of all spools."""

from collections.abc import Callable

from shadow.pair import Capture
from shadow.spool.memory import MemorySpool


def test_each_spool_is_its_own(capture: Callable[..., Capture]) -> None:
    """Two spools in one process know nothing of each other, and sequences begin at one."""
    one, other = MemorySpool(), MemorySpool()
    one.put(capture("a"))
    assert other.depth() == {}
    assert one.lease(limit=1, seconds=60)[0].sequence == 1
