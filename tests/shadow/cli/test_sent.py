"""What was sent of a file is remembered across runs."""

from pathlib import Path

import pytest

from shadow.cli.sent import Sent
from shadow.errors import InputError


def test_rows_are_remembered_by_file_and_incumbent(tmp_path: Path) -> None:
    """The same file and model find their rows again; another file or model starts with none."""
    with Sent(tmp_path, digest="d" * 64, incumbent="models/m") as sent:
        assert sent.rows() == frozenset()
        sent.note(2)
        sent.note(5)
        assert sent.rows() == {2, 5}
    with Sent(tmp_path, digest="d" * 64, incumbent="models/m") as again:
        assert again.rows() == {2, 5}
        again.note(7)
    assert Sent(tmp_path, digest="d" * 64, incumbent="models/m").rows() == {2, 5, 7}
    assert Sent(tmp_path, digest="e" * 64, incumbent="models/m").rows() == frozenset()
    assert Sent(tmp_path, digest="d" * 64, incumbent="n").rows() == frozenset()


def test_half_a_line_is_no_row(tmp_path: Path) -> None:
    """A kill in the middle of a write leaves a row that is sent once more, not one that is skipped."""
    sent = Sent(tmp_path, digest="d" * 64, incumbent="m")
    with sent:
        sent.note(12)
    file = next((tmp_path / "sent").iterdir())
    file.write_text("12\n13", encoding="ascii")
    assert sent.rows() == {12}


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    """A damaged file is named, with the way out."""
    sent = Sent(tmp_path, digest="d" * 64, incumbent="m")
    with sent:
        sent.note(1)
    next((tmp_path / "sent").iterdir()).write_bytes(b"\xff\n")
    with pytest.raises(InputError, match="Delete it"):
        sent.rows()
