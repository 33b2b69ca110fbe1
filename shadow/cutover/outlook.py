"""Whether the evidence can arrive before the incumbent is gone, and what to change where it cannot."""

import math
from dataclasses import dataclass, replace

from shadow.cutover.policy import DAY, Policy

HOURS = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The days there are against the days it takes."""

    days_left: float | None
    """Until the incumbent is gone; None where its last day is not known."""
    evidence_days: float | None
    """Until the verdict is settled at the present rate; None: never, or nobody can tell yet."""
    stage_days: float
    """Of the stages that remain, at the least."""
    never: bool = False
    """No number of pairs would settle it."""
    advice: tuple[str, ...] = ()
    """What to change, in config.toml's own words."""

    @property
    def in_time(self) -> bool | None:
        """Whether both fit; None where there is no deadline, or nobody can tell yet."""
        if self.days_left is None or (self.evidence_days is None and not self.never):
            return None
        return self.evidence_days is not None and self.evidence_days + self.stage_days <= self.days_left

    def words(self) -> str:
        """One sentence."""
        if self.days_left is None:
            return "The incumbent's last day is not known."
        if self.in_time is None:
            return f"{_days(max(self.days_left, 0.0))} left: how long the evidence takes cannot be told yet."
        takes = "no number of pairs settles the verdict"
        if self.evidence_days is not None:
            takes = f"the evidence takes {_days(self.evidence_days)} and the stages {_days(self.stage_days)}"
        verdict = "in time" if self.in_time else "NOT in time"
        advice = f" Change: {'; '.join(self.advice)}." if self.advice else ""
        return f"{_days(max(self.days_left, 0.0))} left: {takes}, {verdict}.{advice}"


def outlook(
    *,
    now: float,
    policy: Policy,
    percent: float,
    pairs_needed: int | None,
    pairs_per_day: float,
    sample: float,
    never: bool = False,
    shed: int = 0,
) -> Outlook:
    """The outlook at a Unix time. `pairs_needed` is the verdict's (0: settled, None: not known, or `never`); `sample`
    the share of briefs that is shadowed, `shed` how many the budget did not reach.
    """
    evidence = _evidence_days(pairs_needed, pairs_per_day)
    stages = _stage_days(policy, percent, pairs_per_day)
    left = None if policy.sunset is None else (policy.sunset - now) / DAY
    found = Outlook(days_left=left, evidence_days=evidence, stage_days=stages, never=never and evidence is None)
    if found.in_time is not False:
        return found
    return replace(found, advice=tuple(_advice(found, sample=sample, shed=shed)))


def _evidence_days(pairs_needed: int | None, per_day: float) -> float | None:
    if pairs_needed == 0:
        return 0.0
    return None if pairs_needed is None or per_day <= 0 else pairs_needed / per_day


def _stage_days(policy: Policy, percent: float, per_day: float) -> float:
    """Days that the stages from this one up to the last but one take at least; at the last there is no next."""
    here = policy.at(percent)
    lasting = [stage for stage in policy.stages[:-1] if here is None or stage.percent >= here.percent]
    return sum(max(stage.hours / HOURS, stage.pairs / per_day if per_day > 0 else 0.0) for stage in lasting)


def _advice(found: Outlook, *, sample: float, shed: int) -> list[str]:
    left = max(found.days_left or 0.0, 0.0)
    advice = []
    if found.evidence_days is None:
        advice.append("widen the margin of the guards that wait ([verdict] ..._margin), which opens a new epoch")
    elif found.evidence_days > 0 and sample < 1:
        room = left - found.stage_days
        wanted = 1.0 if room <= 0 else min(1.0, math.ceil(100 * sample * found.evidence_days / room) / 100)
        advice.append(f"raise [migration.NAME] sample from {sample:g} to {wanted:g}")
    if shed:
        advice.append(f"raise [budget]: it did not reach {shed} briefs")
    if found.stage_days > left / 2:
        advice.append("lower [cutover] stage_hours or stage_pairs, or leave stages out")
    if found.evidence_days and found.evidence_days > left and (sample >= 1 or not advice):
        advice.append("widen the [verdict] margins, which opens a new epoch; or send more briefs")
    advice.append('else [cutover] forced = "ramp" moves without evidence, "alarm" calls a person')
    return advice


def _days(days: float) -> str:
    return f"{days:.1f} days"
