"""The benchmark of the live path runs and says what it found."""

from pathlib import Path

import bench
from bench import Table, met, percentile
from bench.live_path import added, measured, whole


def test_a_table_is_aligned_with_its_notes_below() -> None:
    """The first column to the left, numbers to the right."""
    table = Table(
        title="T", columns=("", "ms"), rows=(("bare", "1.0"), ("ours", "10.0")), notes=(met("g", holds=True),)
    )
    assert str(table).splitlines() == ["T", "-", "        ms", "bare   1.0", "ours  10.0", "  met    g"]


def test_percentiles_are_values_that_were_seen() -> None:
    """Nearest rank."""
    assert [percentile([4.0, 1.0, 3.0, 2.0], share) for share in (0.0, 0.5, 0.75, 0.99, 1.0)] == [1, 2, 3, 4, 4]


def test_every_variant_is_measured_in_one_run(tmp_path: Path) -> None:
    """Each has its row, and the goals are held against what was found."""
    found = measured(tmp_path, 2, latency=0.0)
    tables = whole(found.whole), added(found)
    for table in tables:
        assert [row[0] for row in table.rows][:3] == ["bare", "wrapped, not sampled", "wrapped"]
        assert any(note.startswith(("met", "MISSED")) for note in table.notes)
    assert bench.__doc__
