"""A small file replaced atomically, with room on the disk and without."""

import contextlib
import json
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shadow.store.slots import SPARE_BYTES, Slots


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, which the test fills."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs to be root")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def fill(disk: Path) -> None:
    """Leave no byte free."""
    with (disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def test_a_text_replaces_a_text(tmp_path: Path) -> None:
    """Nothing is left over but the file and its spare."""
    slots = Slots(tmp_path / "state.json")
    for text in ("one", "two"):
        slots.replace(text)
    assert slots.path.read_text() == "two"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["state.json", "state.spare"]
    assert slots.path.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_takes_it_all_the_same(full_disk: Path) -> None:
    """The spare's room is used, then that of what it replaced, as often as need be."""
    slots = Slots(full_disk / "state.json")
    slots.replace(json.dumps({"n": -1}))
    fill(full_disk)
    with pytest.raises(OSError, match="No space"):
        (full_disk / "other").write_text("x")
    for number in range(20):
        slots.replace(json.dumps({"n": number, "text": "y" * 3000}))
        assert json.loads(slots.path.read_text())["n"] == number


def test_without_a_spare_the_file_s_own_room_is_used(full_disk: Path) -> None:
    """The last way; what is shorter ends in blanks, so that it stays JSON."""
    slots = Slots(full_disk / "state.json")
    slots.replace(json.dumps({"text": "y" * 300}))
    (full_disk / "state.spare").unlink()
    fill(full_disk)
    slots.replace(json.dumps({"n": 1}))
    assert json.loads(slots.path.read_text()) == {"n": 1}


def test_what_fits_nowhere_is_an_error_and_leaves_what_was(full_disk: Path) -> None:
    """Larger than the spare, and no room: the caller hears of it."""
    slots = Slots(full_disk / "state.json")
    slots.replace("{}")
    fill(full_disk)
    with pytest.raises(OSError, match="No space"):
        slots.replace(json.dumps({"text": "y" * 2 * SPARE_BYTES}))
    assert slots.path.read_text().strip() == "{}"


def test_a_limit_on_file_sizes_is_no_obstacle_below_it(tmp_path: Path) -> None:
    """A process that may write no large file still writes the state."""
    slots = Slots(tmp_path / "state.json")
    slots.replace("{}")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SPARE_BYTES, before[1]))
    try:
        slots.replace('{"n": 1}')
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert json.loads(slots.path.read_text()) == {"n": 1}
    assert os.stat(slots.path).st_size < 100  # noqa: PTH116  the size alone
