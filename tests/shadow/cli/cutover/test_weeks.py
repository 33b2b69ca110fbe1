"""Simulated weeks: what the verdict does to the traffic, day after day."""

from pathlib import Path

from simulated_weeks import weeks_in

from shadow.cli.cutover.acting import entry, write
from shadow.cutover import Action

CLIMB = [1.0, 5.0, 25.0, 50.0, 100.0]


def test_an_equal_candidate_ends_at_100(tmp_path: Path) -> None:
    """GO after GO, one stage a day at most, never back; at the end there is nothing left to do."""
    weeks = weeks_in(tmp_path)
    taken = [weeks.day("same") for _ in range(8)]
    assert sorted(set(weeks.percents) - {0.0}) == CLIMB
    assert weeks.percents == sorted(weeks.percents)
    assert (taken[-1].step.action, taken[-1].code) == (Action.DONE, 0)
    trail = weeks.harness.ledger.moves("pro")
    assert [move.to_percent for move in trail if move.from_percent != move.to_percent] == CLIMB
    assert all("without evidence" not in move.reason for move in trail)


def test_a_candidate_with_a_bad_tail_is_rolled_back_from_5_percent(tmp_path: Path) -> None:
    """It paints well until it has 5 %; then some pictures come out grey, and the latch holds ever after."""
    weeks = weeks_in(tmp_path, seed=2)
    while not weeks.percents or weeks.percents[-1] < 5:
        weeks.day("same")
    while weeks.percents[-1] == 5:
        taken = weeks.day("tail")
        assert taken.to_percent in (0, 5)
    assert (taken.step.action, taken.code, taken.from_percent, taken.to_percent) == (Action.ROLLED_BACK, 4, 5, 0)
    assert [weeks.day("same").to_percent for _ in range(3)] == [0, 0, 0]


def test_a_late_drift_is_rolled_back_from_beyond_50_percent(tmp_path: Path) -> None:
    """After a week of GO the candidate turns worse: the evidence that starts anew finds it."""
    weeks = weeks_in(tmp_path, seed=3)
    while not weeks.percents or weeks.percents[-1] < 50:
        weeks.day("same")
    for _ in range(12):
        taken = weeks.day("drift")
        if taken.code == 4:
            break
    assert (taken.step.action, taken.to_percent, taken.from_percent >= 50) == (Action.ROLLED_BACK, 0, True)


def test_a_late_regression_at_100_percent_goes_back_too(tmp_path: Path) -> None:
    """The reverse shadow keeps watching, and the incumbent still lives."""
    weeks = weeks_in(tmp_path, seed=4)
    weeks.day("same")
    write(weeks.harness, entry("pro", verb="set", reason="r", to_percent=100.0))
    weeks.per_day = 40
    assert weeks.day("same").step.action is Action.DONE
    for _ in range(12):
        taken = weeks.day("washed-out")
        if taken.code == 4:
            break
    assert (taken.from_percent, taken.to_percent) == (100, 0)


def test_a_sunset_in_the_middle_is_a_ramp_without_evidence(tmp_path: Path) -> None:
    """The deadline comes before the evidence: the stages follow the calendar, each labelled."""
    weeks = weeks_in(tmp_path, last_day="2026-06-08", cutover='forced = "ramp"\nbefore_sunset_days = 5.0\n')
    weeks.per_day = 12
    for _ in range(8):
        weeks.day("same")
    assert weeks.percents == [0, 1, 5, 25, 50, 100, 100, 100]
    forced = [move for move in weeks.harness.ledger.moves("pro") if move.verb == "forced"]
    assert len(forced) == 5
    assert all("without evidence" in move.reason for move in forced)
    assert weeks.harness.cutover_file.read().standing("pro").unproven


def test_an_incumbent_that_dies_leaves_the_candidate(tmp_path: Path) -> None:
    """404 after its last day: the candidate serves all, nothing flaps, and what gets worse alarms without moving."""
    weeks = weeks_in(tmp_path, last_day="2026-06-06")
    weeks.per_day = 100
    write(weeks.harness, entry("pro", verb="set", reason="r", to_percent=5.0))
    for _ in range(4):
        weeks.day("same")
    assert weeks.percents[-1] == 5
    taken = weeks.day("same", gone=True)
    assert (taken.step.verb, taken.to_percent, "answers no more" in taken.step.reason) == ("sunset", 100, True)
    assert [weeks.day("same", gone=True).to_percent for _ in range(2)] == [100, 100]
    weeks.per_day = 400
    for _ in range(4):
        taken = weeks.day("washed-out", gone=True)
        assert taken.to_percent == 100
        if taken.code == 4:
            break
    assert (taken.step.action, "unpaired" in taken.step.reason) == (Action.ALARM, True)
    assert weeks.harness.ledger.moves("pro")[-1].verb == "alarm"


def test_before_its_last_day_a_404_moves_nothing(tmp_path: Path) -> None:
    """A wrong model id or a bad hour of the service is no sunset."""
    weeks = weeks_in(tmp_path, last_day="2026-07-30")
    weeks.per_day = 30
    assert [weeks.day("same", gone=True).to_percent for _ in range(2)] == [0, 0]
