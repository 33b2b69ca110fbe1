"""From a ledger with the real schema to a study, with numbers checked by hand."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from analysis import relations, study, thresholds
from analysis.guarding import of
from analysis.question import Question
from analysis.results import Decision, ReasonCode, Study

START = datetime(2026, 6, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 9, tzinfo=UTC)
TWO = {"quality": 2.0, "gate_failures": 0.015}
QUESTION = Question(margins=TWO, settings={"judge": "a judge"})
SATURATED = {"features": {"saturation": 0.6}}


def evidence_by_hand(differences: list[float], name: str) -> float:
    """ln E for GO from its definition: the average over the stakes of the product of the factors."""
    guard = next(item for item in of(QUESTION) if item.name == name)
    margin, reach = guard.margin, guard.metric.span - guard.margin
    wealth = [np.prod([1 + u * (d + margin) / reach for d in differences]) for u in guard.for_go.sizes]
    return math.log(np.dot(guard.for_go.weights, wealth))


@pytest.fixture
def washed(filing: Any) -> Any:
    """Ten pairs of calibration, then 300 equal pairs and one of every other kind."""
    for minute in range(10):
        filing.pair({"judge": 70.0 + minute}, {"judge": 1.0}, minute=minute)
    filing.baseline({"judge": 40.0, "similarity": 0.2}, minute=50)
    filing.epoch(QUESTION.under(1).digest(), minute=100)
    for number in range(300):
        filing.pair(SATURATED, {"features": {"saturation": 0.5}}, minute=100 + 6 * number, brief=f"fox-{number}")
    late = {"minute": 1900}
    filing.pair({}, {"judge": 30.0}, brief="below the cut", segment="sky", **late)
    filing.pair({}, {"kind": "refusal", "label": "SAFETY", "latency": 9.0}, brief="refused", **late)
    filing.pair({"hard": "wrong ratio"}, {}, brief="incumbent failed", **late)
    filing.pair({}, {"missing": "bad json"}, brief="unjudged", **late)
    filing.pair({}, {"kind": "infrastructure", "label": "429"}, brief="not asked", **late)
    filing.pair({}, {"judge": 0.0}, brief="fox-7", **late)
    loss = {"migration": "pro", "minute": datetime(2026, 6, 1), "process": "p"}  # noqa: DTZ001
    filing.insert("losses", loss_id="1", reason="sampled out", count=40, **loss)
    return filing


def study_of(filing: Any, question: Question = QUESTION, **more: Any) -> Study:
    """The study in the two looks that a reader takes."""
    ledger = filing.read()
    texts = relations.read_texts(filing.connection, study.shown(ledger, question))
    return study.of(ledger, question, made_at=NOW, texts=texts, **more)


def test_guards_by_hand(washed: Any) -> None:
    """Estimates, means and evidence of both guards are those of the definition."""
    quality, gate = study_of(washed).guards
    differences = [0.0] * 300 + [-50.0, -80.0, 80.0]
    assert (quality.name, quality.pairs) == ("quality", 303)
    assert quality.estimate == pytest.approx(-50 / 303)
    assert quality.incumbent_mean == pytest.approx(80 * 302 / 303)
    assert quality.log_e_go == pytest.approx(evidence_by_hand(differences, "quality"), abs=1e-9)
    failures = [0.0] * 301 + [-1.0, -1.0, 1.0]
    assert (gate.name, gate.pairs) == ("gate_failures", 304)
    assert [gate.estimate, gate.incumbent_mean, gate.candidate_mean] == pytest.approx([-1 / 304, 1 / 304, 2 / 304])
    assert gate.log_e_go == pytest.approx(evidence_by_hand(failures, "gate_failures"), abs=1e-9)


def test_the_verdict_holds_for_what_is_open(washed: Any) -> None:
    """Enough pairs and hours are there; the gate guard needs more pairs, and the verdict says how many."""
    found = study_of(washed)
    quality, gate = found.guards
    assert quality.go is (quality.log_e_go >= math.log(20))
    assert not gate.go
    assert found.verdict.decision is Decision.HOLD
    assert (ReasonCode.NEEDS_DATA, "gate_failures") in [(reason.code, reason.guard) for reason in found.verdict.reasons]
    assert found.verdict.pairs == 304
    assert found.verdict.pairs_needed == max(guard.pairs_needed or 0 for guard in found.guards)


def test_every_pair_is_accounted_for(washed: Any) -> None:
    """Counted, earlier, repeated and infrastructure pairs add up; losses and what waits are told by reason."""
    coverage = study_of(washed, waiting={"waiting": 3, "sampled out": 2}).coverage
    assert (coverage.paired, coverage.counted, coverage.calibration) == (316, 304, 10)
    assert (coverage.repeats, coverage.infrastructure, coverage.unjudged) == (1, 1, 1)
    assert coverage.not_compared == {"sampled out": 42, "waiting": 3}


def test_arms_are_summarised_over_counted_pairs(washed: Any) -> None:
    """Outcomes, labels, gate failures by layer, unjudged and latency by role, for each arm."""
    found = study_of(washed)
    assert (found.incumbent.model, found.candidate.model) == ("incumbent-model", "candidate-model")
    assert found.incumbent.outcomes == {"image": 304}
    assert found.candidate.outcomes == {"image": 303, "refusal": 1}
    assert found.candidate.labels == {"SAFETY": 1}
    assert found.incumbent.gate_failures == {"properties": 1, "similarity": 0, "judge": 0}
    assert found.candidate.gate_failures == {"properties": 0, "similarity": 0, "judge": 1}
    assert (found.incumbent.unjudged, found.candidate.unjudged) == (0, 1)
    assert (found.incumbent.latency_median, found.candidate.latency_median) == ({"live": 2.0}, {"shadow": 2.0})
    assert found.candidate.latency_p95 == {"shadow": 2.0}
    assert found.candidate.output_tokens == 3040


def test_the_worst_pairs_with_everything_known(washed: Any) -> None:
    """Only pairs that lost quality are shown, worst first, with prompt, picture, findings and cut."""
    refused, below = study_of(washed).worst
    assert (refused.prompt, refused.difference, refused.segment) == ("a picture of refused", -80.0, "")
    assert (refused.candidate.kind, refused.candidate.label) == ("refusal", "SAFETY")
    assert (refused.candidate.picture, refused.candidate.quality, refused.candidate.findings) == (None, 0.0, ())
    assert refused.candidate.gate_failed
    assert (below.prompt, below.difference, below.segment) == ("a picture of below the cut", -50.0, "sky")
    assert [finding.layer for finding in below.candidate.findings] == ["properties", "similarity", "judge"]
    judged = below.candidate.findings[-1]
    assert (judged.score, judged.below_cut, judged.reason) == (30.0, True, "judge of candidate")
    assert not below.incumbent.gate_failed
    assert below.incumbent.picture == f"picture-{below.capture_id}-incumbent"
    assert (below.incumbent.role, below.incumbent.latency) == ("live", 2.0)


def test_distributions_of_scores_and_features(washed: Any) -> None:
    """Quality, each scored layer and each feature are described over the counted pairs, with their cuts."""
    found = {shown.name: shown for shown in study_of(washed).distributions}
    assert list(found) == ["quality", "similarity", "judge", "saturation"]
    assert (found["quality"].kind, found["quality"].incumbent_count, found["quality"].candidate_count) == (
        "score",
        304,
        303,
    )
    assert (found["judge"].cut, found["similarity"].cut, found["quality"].cut) == (40.0, 0.2, None)
    assert found["judge"].edges == found["quality"].edges
    saturation = found["saturation"]
    assert (saturation.kind, saturation.layer, saturation.ks.gap) == ("feature", "properties", 1.0)
    assert saturation.ks.candidate_lower
    assert [shift.shift for shift in saturation.shifts] == pytest.approx([-0.1] * 7)


def test_moments_epoch_and_names(washed: Any) -> None:
    """The study says when, in which epoch, under which baseline and question, and at which share."""
    found = study_of(washed, settings={"home": "here"}, versions={"shadow": "1"})
    assert (found.migration, found.made_at, found.epoch) == ("pro", NOW, 1)
    assert found.epoch_opened_at == found.first_pair_at == START + timedelta(minutes=100)
    assert found.last_pair_at == START + timedelta(minutes=1900)
    assert found.baseline is not None
    assert (found.baseline.version, found.baseline.failing) == (1, 0.0)
    assert found.question == QUESTION.under(1).digest()
    assert found.settings["quality.margin"] == "2.0 points"
    assert (found.settings["settings.judge"], found.settings["home"]) == ("a judge", "here")
    assert (found.versions, found.percent) == ({"shadow": "1"}, 0.0)


def test_the_share_is_the_last_audited_unless_told(washed: Any) -> None:
    """The candidate's share comes from the audit trail, or from whoever knows it better."""
    move = {"migration": "pro", "actor": "ann", "verb": "set", "reason": "because"}
    washed.insert("cutover_events", event_id="1", at=START, from_percent=0.0, to_percent=5.0, **move)
    assert study_of(washed).percent == 5.0
    assert study_of(washed).cutover[0].actor == "ann"
    assert study_of(washed, percent=25.0).percent == 25.0


def test_deciding_alone_gives_the_same_verdict(washed: Any) -> None:
    """A script that only asks for the verdict gets the study's, and without texts a study shows no pairs."""
    ledger = washed.read()
    whole = study.of(ledger, QUESTION, made_at=NOW)
    assert study.decide(ledger, QUESTION) == (whole.verdict, whole.guards)
    assert whole.worst == ()


def test_another_margin_needs_another_epoch(washed: Any) -> None:
    """Under a question that the epoch was not opened with nothing counts, so margins are not tried on evidence."""
    found = study_of(washed, Question(margins={"quality": 50.0}))
    assert (found.coverage.counted, found.coverage.calibration) == (0, 316)
    assert found.verdict.decision is Decision.HOLD
    assert found.verdict.reasons[0].code is ReasonCode.TOO_FEW_PAIRS
    assert found.distributions == ()


def test_an_empty_ledger(filing: Any) -> None:
    """Before anything was filed the study is uncalibrated and empty, not an error."""
    found = study_of(filing)
    assert found.verdict.decision is Decision.HOLD
    assert [reason.code for reason in found.verdict.reasons] == [
        ReasonCode.UNCALIBRATED,
        ReasonCode.TOO_FEW_PAIRS,
        ReasonCode.TOO_FEW_HOURS,
        ReasonCode.NEEDS_DATA,
        ReasonCode.NEEDS_DATA,
    ]
    assert (found.epoch, found.baseline, found.worst, found.distributions) == (0, None, (), ())
    assert (found.incumbent.model, found.first_pair_at, found.percent) == ("", None, 0.0)


def test_from_calibration_to_rollback(filing: Any) -> None:
    """Calibrate, freeze, open an epoch, and a candidate eight points lower is rolled back within 200 pairs."""
    generator = np.random.default_rng(6)
    scores = np.clip(np.round(generator.normal(80, 10, (400, 2)) - [0, 8]), 0, 100)
    for minute, (incumbent, candidate) in enumerate(scores[:200].tolist()):
        filing.pair({"judge": incumbent}, {"judge": candidate}, minute=minute)
    before = study_of(filing)
    assert [reason.code for reason in before.verdict.reasons][:1] == [ReasonCode.UNCALIBRATED]
    made = thresholds.calibrate(filing.read())
    assert made.failing <= 0.02
    filing.baseline(made.cuts, minute=300)
    filing.epoch(QUESTION.under(1).digest(), minute=300)
    for minute, (incumbent, candidate) in enumerate(scores[200:].tolist(), 300):
        filing.pair({"judge": incumbent}, {"judge": candidate}, minute=minute)
    after = study_of(filing)
    assert after.verdict.decision is Decision.ROLLBACK
    assert after.verdict.reasons[0].guard == "quality"
    assert (after.coverage.counted, after.coverage.calibration) == (200, 200)
    assert len(after.worst) == 12
    losses = [pair.difference or 0.0 for pair in after.worst]
    assert losses == sorted(losses)


def test_a_score_out_of_scale_holds(filing: Any) -> None:
    """A judge beyond its scale stops the verdict with the value named."""
    filing.baseline({"judge": 40.0}, minute=0)
    filing.epoch(QUESTION.under(1).digest(), minute=0)
    filing.pair({"judge": 80.0}, {"judge": 180.0})
    found = study_of(filing)
    assert found.verdict.decision is Decision.HOLD
    assert found.verdict.reasons[0].code is ReasonCode.RANGE_VIOLATED
    assert (found.verdict.reasons[0].guard, found.verdict.reasons[0].value) == ("quality", 180.0)
