"""Live processes are known, and so is how they ended."""

import json
import logging
import threading
from pathlib import Path

import pytest

from shadow.capture.attendance import Attendance, Record, count_unclean_ends, watch_unclean_ends
from shadow.errors import SpoolBroken
from shadow.pair import Loss

RECORD = Record(process="7-ab", at=130.0, offered={"pro": 5, "next": 5}, waiting={"pro": 3, "next": 0})


def left_behind(home: Path, record: Record = RECORD) -> Path:
    """The file of a process that ended without a word."""
    attendance = Attendance(home, record.process)
    attendance.note(record)
    attendance.forget()
    return attendance.path


def swept(home: Path) -> list[Loss]:
    """What a sweep counts."""
    losses: list[Loss] = []
    count_unclean_ends(home, losses.extend)
    return losses


def test_an_unclean_end_is_an_unknown_loss_of_what_was_waiting(tmp_path: Path) -> None:
    """At least one where nothing was known to wait: nobody can say what the last moment brought."""
    path = left_behind(tmp_path)
    found = {(loss.migration, loss.reason, loss.count, loss.minute, loss.process) for loss in swept(tmp_path)}
    assert found == {("pro", "unknown loss", 3, 120.0, "7-ab"), ("next", "unknown loss", 1, 120.0, "7-ab")}
    assert not path.exists()
    assert swept(tmp_path) == []


def test_the_living_are_left_alone(tmp_path: Path) -> None:
    """A file that its process holds is nobody else's."""
    attendance = Attendance(tmp_path, "7-ab")
    attendance.note(RECORD)
    assert swept(tmp_path) == []
    assert Record.from_bytes(attendance.path.read_bytes()) == RECORD
    attendance.leave()
    assert not attendance.path.exists()
    assert swept(tmp_path) == []


def test_a_process_that_never_offered_anything_leaves_nothing(tmp_path: Path) -> None:
    """Nothing is written before there is something to say."""
    Attendance(tmp_path, "7-ab").leave()
    assert list(tmp_path.iterdir()) == []
    assert swept(tmp_path) == []


def test_a_shorter_record_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    """The line that counts is the first; a line without an end was torn and counts for nothing."""
    attendance = Attendance(tmp_path, "7-ab")
    attendance.note(Record(process="7-ab", at=1.0, offered={"pro": 1}, waiting={"pro": 123456}))
    attendance.note(Record(process="7-ab", at=2.0, offered={"pro": 1}, waiting={"pro": 1}))
    assert Record.from_bytes(attendance.path.read_bytes()).waiting == {"pro": 1}
    attendance.forget()
    attendance.path.write_bytes(b'{"process": "7-ab", "at"')
    assert swept(tmp_path) == []
    assert not attendance.path.exists()


def test_two_sweeps_count_once(tmp_path: Path) -> None:
    """The losses carry ids of their own, so a spool that gets them twice counts them once."""
    left_behind(tmp_path)
    first = swept(tmp_path)
    left_behind(tmp_path)
    assert [loss.loss_id for loss in swept(tmp_path)] == [loss.loss_id for loss in first]


def test_what_cannot_be_counted_now_is_counted_later(tmp_path: Path) -> None:
    """Where the spool fails the file stays."""
    path = left_behind(tmp_path)

    def refuse(_: object) -> None:
        message = "disk full"
        raise SpoolBroken(message)

    with pytest.raises(SpoolBroken):
        count_unclean_ends(tmp_path, refuse)
    assert path.exists()
    assert len(swept(tmp_path)) == 2


def test_a_home_that_cannot_be_written_costs_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing fails; only the way the process ends stays unseen."""
    (tmp_path / "live").write_text("a file where a folder should be")
    attendance = Attendance(tmp_path, "7-ab")
    with caplog.at_level(logging.WARNING, logger="shadow"):
        attendance.note(RECORD)
        attendance.note(Record(process="7-ab", at=1.0, offered={"pro": 9}, waiting={"pro": 9}))
    assert caplog.text.count("cannot be written") == 1
    attendance.leave()
    assert swept(tmp_path) == []


def test_files_are_private(tmp_path: Path) -> None:
    """Folder 0700, files 0600."""
    path = left_behind(tmp_path / "home")
    assert [oct(item.stat().st_mode)[-3:] for item in (path, path.parent)] == ["600", "700"]
    assert json.loads(path.read_text())["process"] == "7-ab"


def test_somebody_watches(tmp_path: Path) -> None:
    """The watch looks at once and goes on."""
    losses: list[Loss] = []
    left_behind(tmp_path)
    ticker = watch_unclean_ends(tmp_path, losses.extend, seconds=0.01)
    left_behind(tmp_path, Record(process="8-cd", at=1.0, offered={"pro": 1}, waiting={}))
    while len(losses) < 3:
        threading.Event().wait(0.001)
    assert ticker.close(5)
    assert {loss.process for loss in losses} == {"7-ab", "8-cd"}
