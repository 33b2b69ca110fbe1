"""Captures and a clock for the tests of the spools."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shadow.brief import Brief, Text
from shadow.finding import Finding
from shadow.pair import Arm, Capture, Examined, Image, Outcome, OutcomeKind, Role
from shadow.spool import SPOOLS
from shadow.spool.spool import Spool
from shadow.store.images import Images

PNG = b"\x89PNG\r\n\x1a\n"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        """Begins in 2023, before the time of any process of the tests."""
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Unix time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def images(tmp_path: Path) -> Images:
    """An empty picture store."""
    return Images(tmp_path / "images")


@pytest.fixture
def capture(images: Images) -> Callable[..., Capture]:
    """Makes a capture whose picture is in the store."""

    def make(name: str, *, migration: str = "main", words: str = "a lighthouse at dusk") -> Capture:
        image = Image.of(PNG + name.encode())
        images.write(image)
        return Capture(
            capture_id=name,
            migration=migration,
            brief=Brief(parts=(Text(text=words),), settings_json='{"image_config":{"aspect_ratio":"16:9"}}'),
            arm=Arm.INCUMBENT,
            outcome=Outcome(kind=OutcomeKind.IMAGE, model="old", image=image, latency=3.25, output_tokens=1290),
            dispatched_at=1_699_999_990.5,
            key_hash="ab12",
            segment="sea",
            tags={"campaign": "autumn"},
        )

    return make


@pytest.fixture
def examined(images: Images) -> Callable[..., Examined]:
    """Makes an outcome of the candidate with one finding, its picture in the store."""

    def make(name: str) -> Examined:
        image = Image.of(PNG + b"candidate" + name.encode())
        images.write(image)
        return Examined(
            arm=Arm.CANDIDATE,
            role=Role.SHADOW,
            outcome=Outcome(kind=OutcomeKind.IMAGE, model="new", image=image, latency=4.5),
            findings=(Finding(layer="properties", features={"contrast": 0.5}, reason="it decodes"),),
        )

    return make


@pytest.fixture(params=sorted(SPOOLS))
def spool(request: pytest.FixtureRequest, tmp_path: Path, images: Images, clock: Clock) -> Iterator[Spool]:
    """Each spool in turn, empty."""
    opened = SPOOLS[request.param](tmp_path / "home", images.read, clock)
    yield opened
    opened.close()
