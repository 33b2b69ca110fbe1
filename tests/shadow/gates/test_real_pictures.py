"""Thousands of real files, good and hostile, through the properties layer in one process."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from shadow.finding import Finding
from shadow.gates.features import FEATURES
from shadow.gates.properties import PropertiesLayer
from shadow.pair import Image
from shadow.settings import PropertiesSettings

LAYER = PropertiesLayer(PropertiesSettings())
NO_PICTURES = frozenset({"LICENSE", "SOURCE.txt", "README.md", "PngSuite.README"})


def examined(folder: Path, ask: Callable) -> dict[Path, Finding]:
    """What the layer finds about every picture below the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in NO_PICTURES)
    return {path: LAYER.check(ask(), Image.of(path.read_bytes())) for path in files}


def test_every_file_is_classified(pictures: Path, ask: Callable) -> None:
    """No file raises; each is refused by name or has all its features, never both unless it is flat."""
    found = examined(pictures, ask)
    assert len(found) > 850
    names = {name for name, _ in FEATURES}
    for finding in found.values():
        assert finding.missing is None
        assert finding.reason
        assert set(finding.features) == (names if finding.hard_failure in {None, "flat"} else set())
    counts = Counter(finding.hard_failure for finding in found.values())
    assert set(counts) == {
        None,
        "flat",
        "empty",
        "unknown format",
        "unsupported format",
        "undecodable",
        "animated",
    }


def test_files_that_are_corrupt_by_design_are_refused(pictures: Path, ask: Callable) -> None:
    """The fourteen x*.png of PngSuite and every file of image-rs-bad fail."""
    corrupt = {path: item for path, item in examined(pictures / "pngsuite", ask).items() if path.name.startswith("x")}
    assert len(corrupt) == 14
    for finding in (*corrupt.values(), *examined(pictures / "image-rs-bad", ask).values()):
        assert finding.hard_failure in {"undecodable", "unknown format", "unsupported format"}


def test_good_files_are_decoded(pictures: Path, ask: Callable) -> None:
    """Every good PNG, JPEG and WebP is measured: all modes, 16 bits, interlaced, transparent, progressive."""
    good = {path: item for path, item in examined(pictures / "pngsuite", ask).items() if not path.name.startswith("x")}
    for kind in ("jpg", "png", "webp"):
        good |= examined(pictures / "image-rs" / kind, ask)
    assert len(good) > 200
    assert {finding.hard_failure for finding in good.values()} == {None, "flat", "animated"}
    animated = {path.parent.name for path, finding in good.items() if finding.hard_failure == "animated"}
    assert animated == {"apng", "wpt", "extended_images"}


def test_wallpapers_and_rotated_photographs_pass(pictures: Path, ask: Callable) -> None:
    """Photographs pass, and all nine orientations of one picture are landscape when upright."""
    photographs = examined(pictures / "wallpapers", ask)
    rotated = examined(pictures / "exif-orientation", ask)
    assert {finding.hard_failure for finding in (*photographs.values(), *rotated.values())} == {None}
    assert len({finding.reason for finding in rotated.values()}) == 1
