"""What the tests of the proxy share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from proxied import Scene, scenes


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """Makes proxies over an upstream of one script, or over an address; they end with the test."""
    with scenes(tmp_path) as make:
        yield make
