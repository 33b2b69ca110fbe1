"""What the evidence itself was checked for, in sentences."""

from collections.abc import Iterator

from analysis.results import Consistency, Dependence, Doubts, JudgeDrift, Preference, SelfComparison
from reports.quantities import amount, counted, number, share, signed


def doubts(found: Doubts) -> Iterator[str]:
    """One sentence for each check that had something to look at."""
    if found.self_comparison is not None:
        yield from _self_comparison(found.self_comparison)
    if found.consistency is not None:
        yield _consistency(found.consistency)
    if found.dependence is not None:
        yield _dependence(found.dependence)
    if found.preference is not None and found.preference.pairs:
        yield _preference(found.preference)
    if found.drift is not None:
        yield _drift(found.drift)
    if found.lost_share > 0:
        yield f"The harness lost {share(found.lost_share)} of the captures or compared them too late."


def _self_comparison(found: SelfComparison) -> Iterator[str]:
    if found.pairs > 1:
        yield (
            f"Noise floor: on {counted(found.pairs, 'brief')} the incumbent asked twice differs from itself by "
            f"{signed(found.mean, 1)} points on average; a difference of quality below {amount(found.floor, 'points')} "
            "means nothing at this number of pairs."
        )
    if found.judge_deviation is not None:
        yield (
            f"The judge, shown {counted(found.judged_twice, 'picture')} twice, varies by "
            f"{amount(found.judge_deviation, 'points')}."
        )


def _consistency(found: Consistency) -> str:
    known = (
        ("the incumbent", found.incumbent_deviation),
        ("the candidate", found.candidate_deviation),
    )
    told = [f"{arm} by {amount(value, 'points')}" for arm, value in known if value is not None]
    varies = f" Within a brief quality varies for {' and for '.join(told)}." if told else ""
    return f"{counted(found.briefs, 'brief')} came more than once, {found.pairs:,} times in all.{varies}"


def _dependence(found: Dependence) -> str:
    return (
        f"Briefs of one campaign or session: correlation {number(found.correlation, 2)}, design effect "
        f"{number(found.design_effect, 2)} over {counted(found.clusters, 'cluster')}; each difference with the next "
        f"{number(found.serial_correlation, 2)}."
    )


def _preference(found: Preference) -> str:
    """Advisory, and so without a word about what follows from it."""
    lead = 100 * (found.estimate or 0.0)
    low, high = (100 * end for end in (found.interval.low, found.interval.high))
    first = "" if found.first is None else f" The picture shown first was preferred {share(found.first)} of the time."
    return (
        f"Side by side, in both orders, on {counted(found.pairs, 'pair')}: the candidate preferred {found.candidate:,} "
        f"times, the incumbent {found.incumbent:,} times, {found.ties:,} ties, of which the two orders disagreed on "
        f"{found.disagreed:,}. Lead of the candidate {signed(lead, 1)} points of share (at every look within "
        f"{signed(low, 1)} and {signed(high, 1)}).{first} Advisory: it decides nothing."
    )


def _drift(found: JudgeDrift) -> str:
    seen = f"{counted(found.pictures, 'frozen picture')}, judged again on {counted(found.days, 'later day')}"
    bounds = f"{signed(found.interval.low, 1)} to {signed(found.interval.high, 1)}"
    return (
        f"Judge drift: on {seen}, the judge differs from its first judgement by {signed(found.shift, 1)} points "
        f"(interval {bounds}; {amount(found.margin, 'points')} are allowed), on the last day by "
        f"{signed(found.latest, 1)}."
    )
