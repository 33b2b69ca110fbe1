"""What the purse sheds when the day's money does not reach: by hash, evenly over the day."""

import hashlib
from statistics import fmean

from purse_asks import MIDNIGHT, Clock, Purses, admission, begun

from shadow.budget import DAY
from shadow.prices import NANO
from shadow.purse.answers import Verdict

BRIEFS = 300


def digest(name: str) -> str:
    """The name of a brief."""
    return hashlib.sha256(name.encode()).hexdigest()


def days(purse_of: Purses, clock: Clock, *, per_day: float, number: int) -> list[list[tuple[str, bool]]]:
    """Days of traffic, `BRIEFS` a day, each capture one USD: which were paid for, in order."""
    purse = purse_of(per_day=per_day)
    told = []
    for day in range(number):
        today = []
        for place in range(BRIEFS):
            clock.now = MIDNIGHT + DAY * day + DAY * place / BRIEFS
            name = f"{day}-{place}"
            paid = purse.admit(admission(name, digest=digest(name), at=clock.now)) is Verdict.ADMITTED
            if paid:
                purse.settle(begun(purse, name), NANO)
                purse.finish(name)
            today.append((digest(name), paid))
        told.append(today)
        assert purse.standing().books.today <= per_day * NANO
    return told


def test_half_the_money_pays_for_half_the_briefs_all_day_long(purse_of: Purses, clock: Clock) -> None:
    """From the second day on the share is known: as many in the morning as at night, and next to all money is used."""
    _, second, third = days(purse_of, clock, per_day=BRIEFS / 2, number=3)
    for day in (second, third):
        paid = [kept for _, kept in day]
        quarters = [fmean(paid[start : start + BRIEFS // 4]) for start in range(0, BRIEFS, BRIEFS // 4)]
        assert min(quarters) > 0.25
        assert max(quarters) < 0.8
        assert BRIEFS * 0.42 <= sum(paid) <= BRIEFS / 2


def test_what_is_kept_is_told_by_the_digest(purse_of: Purses, clock: Clock) -> None:
    """Among the briefs of a settled day, those paid for have the smaller hashes."""
    day = days(purse_of, clock, per_day=BRIEFS / 2, number=2)[1]
    paid, shed = ([int(name[8:16], 16) / 2**32 for name, kept in day if kept is which] for which in (True, False))
    assert fmean(paid) < 0.33
    assert fmean(shed) > 0.67


def test_with_money_enough_nothing_is_shed(purse_of: Purses, clock: Clock) -> None:
    """A cap that is not reached changes nothing."""
    assert all(paid for day in days(purse_of, clock, per_day=BRIEFS, number=2) for _, paid in day)


def test_a_backlog_is_not_taken_for_the_traffic_of_today(purse_of: Purses, clock: Clock) -> None:
    """Captures of days ago do not make the rest of this day look busy."""
    purse = purse_of(per_day=BRIEFS)
    for place in range(BRIEFS):
        asked = admission(str(place), digest=digest(str(place)), at=MIDNIGHT - 3 * DAY)
        assert purse.admit(asked) is Verdict.ADMITTED
        purse.settle(begun(purse, str(place)), NANO)
        purse.finish(str(place))
    assert purse.admit(admission("x", at=MIDNIGHT - 3 * DAY)) is Verdict.SHED
    assert clock.now == MIDNIGHT


def test_a_capture_that_waits_is_decided_about_once(purse_of: Purses, clock: Clock) -> None:
    """Asked again after a wait, it is not held against a share that has become smaller, nor counted as more traffic."""
    purse = purse_of(per_day=10)
    high = "f" * 64
    assert purse.admit(admission("waits", digest=high)) is Verdict.ADMITTED
    purse.give_back("waits")
    for place in range(9):
        purse.admit(admission(str(place)))
        purse.settle(begun(purse, str(place)), NANO)
        purse.finish(str(place))
    assert purse.admit(admission("new", digest=high)) is Verdict.SHED
    assert purse.admit(admission("waits", digest=high)) is Verdict.ADMITTED
    assert clock.now == MIDNIGHT
