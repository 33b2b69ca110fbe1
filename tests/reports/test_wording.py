"""Verdicts and reasons in sentences."""

from dataclasses import replace

import pytest
from report_parts import guard, reason_about
from report_studies import empty, go, hold, rollback, uncalibrated

from analysis.results import Decision, ReasonCode, Study
from reports import wording

QUALITY = guard("quality", "points", -8.1, 1.2, 2.0, go=False, needed=420)


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (go(), "gemini-3-pro-image may take over from gemini-3-pro-image-preview: on 1,475 pairs no guard is worse"),
        (rollback(), "Keep gemini-3-pro-image-preview: gemini-3-pro-image is worse than you allow on quality."),
        (hold(), "Wait: 1,475 pairs do not settle yet whether gemini-3-pro-image may take over"),
        (uncalibrated(), "Wait: no baseline is frozen yet, so nothing can be decided about gemini-3-pro-image."),
        (empty(), "Wait: no baseline is frozen yet, so nothing can be decided about the candidate."),
    ],
)
def test_the_verdict_is_one_sentence(study: Study, words: str) -> None:
    """The sentence answers the question and names both models as far as they are known."""
    told = wording.verdict_sentence(study)
    assert words in told
    assert told.count(". ") == 0


def because(*codes: ReasonCode, pairs: int = 1475) -> Study:
    """A HOLD for these reasons."""
    study = hold()
    reasons = tuple(reason_about(code, QUALITY) for code in codes)
    return replace(study, verdict=replace(study.verdict, reasons=reasons, pairs=pairs))


def test_a_hold_names_its_gravest_cause() -> None:
    """A violated range comes before the calibration, and that before a want of pairs."""
    both = because(ReasonCode.RANGE_VIOLATED, ReasonCode.UNCALIBRATED)
    assert "outside its declared range" in wording.verdict_sentence(both)
    assert "so near the line" in wording.verdict_sentence(because(ReasonCode.NEAR_MARGIN))
    assert "settle yet" in wording.verdict_sentence(because(ReasonCode.NEAR_MARGIN, ReasonCode.NEEDS_DATA))
    assert "no brief has been answered" in wording.verdict_sentence(because(ReasonCode.TOO_FEW_PAIRS, pairs=0))


def test_several_failing_guards_are_listed() -> None:
    """A ROLLBACK names every guard it is about."""
    study = rollback()
    accused = tuple(reason_about(ReasonCode.GUARD_FAILS, item) for item in study.guards)
    told = wording.verdict_sentence(replace(study, verdict=replace(study.verdict, reasons=accused)))
    assert told.endswith("is worse than you allow on quality and gate failures.")


def steps(study: Study) -> str:
    """All next steps on one line."""
    return " ".join(f"{step.text} {step.command}" for step in wording.next_steps(study))


def test_every_decision_has_a_meaning_and_a_next_step() -> None:
    """Nobody is left with a verdict and nothing to do."""
    for decision in Decision:
        study = replace(hold(), verdict=replace(hold().verdict, decision=decision))
        assert wording.MEANINGS[decision]
        assert steps(study).strip()


def test_next_steps_follow_the_share_of_live_traffic() -> None:
    """A rollback is only advised where there is traffic to take back, a move only where some is left to move."""
    assert "shadow cutover rollback --migration wallpapers --reason TEXT" in steps(rollback())
    assert "Leave all live traffic with the incumbent." in steps(replace(rollback(), percent=0.0))
    assert "shadow cutover set PERCENT --migration wallpapers" in steps(go())
    assert "shadow cutover" not in steps(replace(go(), percent=100.0))


def test_a_hold_says_what_to_do_about_each_cause() -> None:
    """Calibrating, collecting, deciding and inspecting are different work."""
    assert "shadow baseline freeze --migration wallpapers" in steps(uncalibrated())
    assert "about 420 more pairs should settle it. shadow work" in steps(hold())
    assert "decide whether the margin is right" in steps(because(ReasonCode.NEAR_MARGIN))
    assert "Find the layer" in steps(because(ReasonCode.RANGE_VIOLATED))


def test_a_command_can_be_pasted_into_a_shell() -> None:
    """A migration's name is quoted where a shell would take it apart."""
    assert "--migration 'a; rm b' --reason" in steps(replace(go(), migration="a; rm b"))


def test_a_guard_fails_holds_or_is_open() -> None:
    """The standing follows the reasons first, then the guard's own evidence."""
    study = rollback()
    assert [wording.guard_standing(item, study.verdict.reasons) for item in study.guards] == ["fails", "open"]
    assert wording.guard_standing(go().guards[0], ()) == "holds"
