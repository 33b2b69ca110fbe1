"""The parts of the traffic side by side."""

from typing import Any

from analysis.question import Question
from analysis.results import SegmentSummary
from analysis.segments import SHOWN, segments
from analysis.units import counted


def found(filing: Any, question: Question) -> tuple[SegmentSummary, ...]:
    """The segments of everything that counts."""
    ledger = filing.read()
    return segments(ledger, question, counted(ledger, question).rows)


def test_each_segment_has_its_own_means_and_interval(filing: Any) -> None:
    """The largest first; the estimate lies in its interval, a declared one is called so."""
    for number in range(30):
        filing.pair({"judge": 80.0}, {"judge": 70.0 if number % 3 else 84.0}, segment="b" if number % 3 else "a")
    second, first = sorted(found(filing, Question(segments=("a",))), key=lambda item: -item.estimate)
    assert (first.name, first.pairs, first.estimate, first.declared) == ("b", 20, -10.0, False)
    assert (second.name, second.incumbent_mean, second.candidate_mean, second.declared) == ("a", 80.0, 84.0, True)
    assert all(item.interval.low < item.estimate < item.interval.high for item in (first, second))


def test_pairs_without_a_segment_are_one_of_them(filing: Any) -> None:
    """Nothing is left out without a word."""
    filing.pair(segment="a")
    filing.pair()
    assert {item.name for item in found(filing, Question())} == {"a", ""}


def test_where_nobody_names_a_segment_there_are_none(filing: Any) -> None:
    """One row for everything would say nothing new."""
    filing.pair()
    assert found(filing, Question()) == ()


def test_unjudged_pairs_and_values_out_of_range_are_left_out(filing: Any) -> None:
    """They stop or hold the verdict elsewhere; here they break nothing."""
    filing.pair(segment="a")
    filing.pair(candidate={"missing": "bad json"}, segment="a")
    filing.pair(candidate={"judge": 4000.0}, segment="a")
    filing.pair(candidate={"missing": "bad json"}, segment="b")
    assert [(item.name, item.pairs) for item in found(filing, Question())] == [("a", 1)]


def test_a_thousand_segments_are_bounded(filing: Any) -> None:
    """Only the largest can be read side by side."""
    for number in range(60):
        filing.pair(segment=f"s{number % 40}")
    shown = found(filing, Question())
    assert len(shown) == SHOWN
    assert min(item.pairs for item in shown[:20]) == 2
