"""Of several versions of a score the present one is read; pairs scored otherwise, and imported ones, are marked."""

from typing import Any

import numpy as np
import pytest

from analysis import relations, thresholds
from analysis.question import Question
from analysis.units import counted

PRESENT = {"judge": "new", "similarity": "s"}
ASKED = Question()


def scored(filing: Any, number: int, scoring: str | None, *, version: int = 1, score: float = 80.0) -> None:
    """A judgement of the incumbent's picture of this pair under this scoring."""
    filing.insert(
        "findings",
        capture_id=f"capture-{number}",
        arm="incumbent",
        draw=1,
        layer="judge",
        score=score,
        reason=f"version {version}",
        scoring=scoring,
        version=version,
    )


@pytest.fixture
def three(filing: Any) -> Any:
    """A pair scored under the old settings, one scored under both, one scored before settings were named."""
    for number, scoring in enumerate(["old", "old", None]):
        filing.pair({"judge": None, "missing": "blocked"})
        filing.connection.execute(
            "delete from findings where capture_id = ? and arm = 'incumbent' and layer = 'judge'",
            [f"capture-{number}"],
        )
        scored(filing, number, scoring)
    scored(filing, 1, "new", version=2, score=60.0)
    return filing


def test_the_present_version_is_read(three: Any) -> None:
    """Where there is none, the newest is, and the pair is marked; one without a name is taken for present."""
    found = relations.read(three.connection, "pro", PRESENT)
    assert found.incumbent.scores["judge"].tolist() == [80.0, 60.0, 80.0]
    assert found.otherwise.tolist() == [True, False, False]


def test_going_back_reads_the_old_version_again(three: Any) -> None:
    """The old scores stay; which are read follows from the settings, not from the order of filing."""
    found = relations.read(three.connection, "pro", {"judge": "old"})
    assert found.incumbent.scores["judge"].tolist() == [80.0, 80.0, 80.0]
    assert not found.otherwise.any()


def test_without_settings_the_newest_is_read_and_nothing_marked(three: Any) -> None:
    """As a reader of the ledger alone would."""
    found = relations.read(three.connection, "pro")
    assert found.incumbent.scores["judge"].tolist() == [80.0, 60.0, 80.0]
    assert not found.otherwise.any()


def test_the_reason_shown_is_that_of_the_score_read(three: Any) -> None:
    """Words and score belong together."""
    for present, version in ((PRESENT, "version 2"), ({"judge": "old"}, "version 1")):
        texts = relations.read_texts(three.connection, ["capture-1"], present)
        assert texts["capture-1"].reasons["incumbent", "judge"] == version


def test_nothing_is_left_behind(three: Any) -> None:
    """The temporary tables are gone, so the next reader finds the ledger as it is."""
    relations.read(three.connection, "pro", PRESENT)
    left = "select count(*) from information_schema.tables where table_catalog = 'temp'"
    assert three.connection.execute(left).fetchall() == [(0,)]


def test_features_follow_their_finding(filing: Any) -> None:
    """Measured again, the newer measurement is read."""
    filing.pair({"features": {"contrast": 0.5}})
    place = {"capture_id": "capture-0", "arm": "incumbent", "draw": 1, "layer": "properties"}
    filing.insert("findings", **place, scoring="new", version=2)
    filing.insert("features", **place, name="contrast", value=0.75, version=2)
    found = relations.read(filing.connection, "pro", {"properties": "new"})
    (values,) = found.incumbent.features.values()
    assert values.tolist() == [0.75]


def test_pairs_scored_otherwise_neither_count_nor_calibrate(three: Any) -> None:
    """Scores of two rubrics make no one distribution; the pair is counted among the others."""
    found = relations.read(three.connection, "pro", PRESENT)
    units = counted(found, ASKED)
    assert units.rows.tolist() == [1, 2]
    assert (units.otherwise, units.earlier) == (1, 0)
    assert thresholds.calibrate(found, budget=0.0).outcomes == 2


def test_imported_pairs_make_the_baseline_and_are_no_evidence(filing: Any) -> None:
    """Unless the question takes them; they are counted by name either way."""
    filing.pair(source="import")
    filing.pair()
    found = filing.read()
    units = counted(found, ASKED)
    assert (units.rows.tolist(), units.imported) == ([1], 1)
    assert thresholds.calibrate(found, budget=0.0).outcomes == 2
    taken = counted(found, Question(imported="evidence"))
    assert (taken.rows.tolist(), taken.imported) == ([0, 1], 0)


def test_an_unknown_use_of_imported_pairs_is_refused() -> None:
    """A typo must not turn an archive into evidence."""
    with pytest.raises(ValueError, match="legal: calibration, evidence"):
        Question(imported="evidnece")


def test_vectors_are_those_of_both_arms_in_one_space(filing: Any) -> None:
    """Pairs without both are left out; rows come back in the order asked, at unit length."""
    for _ in range(3):
        filing.pair()
    connection = filing.connection
    for number, arm, space in (
        (0, "incumbent", "s"),
        (0, "candidate", "s"),
        (1, "incumbent", "s"),
        (2, "incumbent", "t"),
    ):
        blob = np.array([3.0, 4.0 + number], dtype="<f2").tobytes()
        picture = f"picture-capture-{number}-{arm}"
        connection.execute("insert into embeddings values (?, ?, ?, ?)", [f"{space} {picture}", picture, space, blob])
    found = relations.read_vectors(connection, ["capture-2", "capture-1", "capture-0"], space="s")
    assert found is not None
    assert [part.shape for part in found] == [(1, 2), (1, 2)]
    assert found[0][0] == pytest.approx([0.6, 0.8], abs=1e-3)
    assert relations.read_vectors(connection, ["capture-1"], space="s") is None
