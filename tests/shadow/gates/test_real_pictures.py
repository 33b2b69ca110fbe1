"""Thousands of real files, good and hostile, through the properties layer in one process with bounded memory."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from shadow.finding import Finding
from shadow.gates.properties import examined
from shadow.gates.properties.examination import ALWAYS

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "tests" / "support" / "gate_corpus.py"
MEMORY = 1_000_000_000
WITH_FEATURES = frozenset({None, "flat", "near flat"})
REFUSED = frozenset({"undecodable", "unknown format", "unsupported format", "empty"})
Found = Mapping[Any, Finding]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded with RLIMIT_AS, Linux's")


@pytest.fixture(scope="module")
def found() -> Found:
    """What the layer finds about every picture; skips where the pictures are absent."""
    folder = ROOT.parent / "shared" / "data" / "images"
    if not folder.is_dir():
        pytest.skip("the real pictures are not here (../shared/data/images)")
    command = [sys.executable, str(SCRIPT), str(folder), str(MEMORY)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return {path: Finding.from_record(record) for path, record in json.loads(done.stdout).items()}


def below(found: Found, *folders: str) -> Found:
    """Those below these folders."""
    return {path: item for path, item in found.items() if path.startswith(folders)}


def failures(found: Found) -> set[str | None]:
    """The hard failures that occur, None where there is none."""
    return {item.hard_failure for item in found.values()}


def test_every_file_is_classified(found: Found) -> None:
    """No crash, no hang, no lack of memory: each file is refused by name or has all its features."""
    assert len(found) > 850
    for finding in found.values():
        assert finding.missing is None
        assert finding.reason
        assert set(finding.features) == (set(ALWAYS) if finding.hard_failure in WITH_FEATURES else set())
    assert failures(found) == {None, "flat", "animated", *REFUSED}


def test_files_that_are_corrupt_by_design_are_refused(found: Found) -> None:
    """The fourteen x*.png of PngSuite and every file of image-rs-bad fail."""
    corrupt = {path: item for path, item in below(found, "pngsuite").items() if Path(path).name.startswith("x")}
    assert len(corrupt) == 14
    assert failures(corrupt) | failures(below(found, "image-rs-bad")) <= REFUSED


def test_good_files_are_decoded(found: Found) -> None:
    """Every good PNG, JPEG and WebP is measured: all modes, 16 bits, interlaced, transparent, progressive."""
    good = {path: item for path, item in below(found, "pngsuite").items() if not Path(path).name.startswith("x")}
    good = {**good, **below(found, "image-rs/jpg", "image-rs/png", "image-rs/webp")}
    assert len(good) > 200
    assert failures(good) == {None, "flat", "animated"}
    animated = {Path(path).parent.name for path, item in good.items() if item.hard_failure == "animated"}
    assert animated == {"apng", "wpt", "extended_images"}


def test_photographs_raise_no_false_alarm(found: Found) -> None:
    """Photographs pass, have neither bars nor banding, and all nine orientations of one picture are upright."""
    rotated = below(found, "exif-orientation")
    photographs = {**below(found, "wallpapers"), **rotated}
    assert failures(photographs) == {None}
    assert {item.features["bars"] for item in photographs.values()} == {0}
    assert max(item.features["banding"] for item in photographs.values()) < 0.06
    assert len({item.reason for item in rotated.values()}) == 1


def test_rotated_copies_of_one_picture_are_alike(found: Found) -> None:
    """The nine orientations differ in a painted digit alone: their fingerprints are near each other, others are not."""
    rotated, others = (
        [int(item.features["fingerprint"]) for item in below(found, folder).values()]
        for folder in ("exif-orientation", "wallpapers")
    )
    assert max((one ^ other).bit_count() for one in rotated for other in rotated) <= 4
    assert min((one ^ other).bit_count() for one in rotated for other in others) > 8


def test_the_guide_counts_them_right(found: Found, guide: str) -> None:
    """The table in docs/gate.md holds what is found, folder by folder."""
    counted = Counter((path.split("/")[0], item.hard_failure or "passed") for path, item in found.items())
    columns, *rows = (
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in re.findall(r"^\|.*\|$", guide[guide.index("| files of |") :], re.MULTILINE)
        if "---" not in line
    )
    told = {}
    for folder, *cells in rows[: len({folder for folder, _ in counted})]:
        told |= {(folder, column): int(cell) for column, cell in zip(columns[1:], cells, strict=True) if cell != "0"}
    assert told == counted


def test_what_gemini_really_sent_passes() -> None:
    """Four recorded answers of Gemini models, PNG and JPEG: decoded whole, no bars, no banding, no hard failure."""
    folder = ROOT.parent / "shared" / "data" / "gemini_wire" / "images"
    if not folder.is_dir():
        pytest.skip("the recorded answers are not here (../shared/data/gemini_wire)")
    answers = [examined(path.read_bytes()) for path in sorted(folder.iterdir())]
    assert len(answers) == 4
    assert failures(dict(enumerate(answers))) == {None}
    assert {item.features["bars"] for item in answers} == {0}
    assert max(item.features["banding"] for item in answers) < 0.06
