"""The marks of a judge's criteria, as the analysis shows them."""

from datetime import UTC, datetime
from typing import Any

from analysis import relations, study
from analysis.question import Question

ASKED = Question(minimum_hours=0.0)
NOW = datetime(2026, 6, 2, tzinfo=UTC)


def test_each_mark_is_a_distribution_and_stands_beside_its_picture(filing: Any) -> None:
    """Under the judge's name, so that no feature of the pixels is taken for it, and none of them is a style shift."""
    for number in range(12):
        capture = filing.pair({"judge": 80.0}, {"judge": 60.0})
        for arm, mark in (("incumbent", 90.0), ("candidate", 50.0 + number)):
            filing.insert(
                "features", capture_id=capture, arm=arm, draw=1, layer="judge", name="judge: contrast", value=mark
            )
    ledger = filing.read()
    shown = study.shown(ledger, ASKED)
    texts = relations.read_texts(filing.connection, shown)
    result = study.of(ledger, ASKED, made_at=NOW, texts=texts)
    found = next(item for item in result.distributions if item.name == "judge: contrast")
    assert (found.kind, found.layer, found.incumbent_mean) == ("feature", "judge", 90.0)
    assert result.worst[0].incumbent.features == {"judge: contrast": 90.0}
    assert result.styles == ()
