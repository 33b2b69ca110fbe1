"""Which guards a question asks for: each one's margin, its weight in the evidence for ROLLBACK, and how it bets.

All of it is known before the first pair, as it must be.
"""

import math
from dataclasses import dataclass, replace
from enum import Enum

from analysis import limits
from analysis.metrics import METRICS, Metric, metric_named
from analysis.power import planned_pairs
from analysis.question import Question
from analysis.stakes import Aims, Stakes, aimed

OTHER = "other"
OTHER_SHARE = 0.05
"""All undeclared segments together are asked for GO once they are this share of the counted pairs."""
AHEAD = 4
"""Restarts weigh most evenly over the first so many copies: a loss may begin late."""
SEGMENT_PARTS = 2
"""Of the evidence for ROLLBACK, all segments together; each guard on the whole has one part."""
# Found by `python -m bench.bets`. Stakes below the best are surer: all guards must hold, so the slowest decides, and a
# guard is slow in the runs with bad luck. The largest stake is for models so alike that hardly any pair differs.
GO_AIMS: Aims = ((0.8, 0.4), (0.5, 0.35), (math.inf, 0.2))
SEGMENT_GO_AIMS: Aims = ((0.75, 0.9),)
ROLLBACK_AIMS: Aims = ((1.0, 0.3), (0.45, 0.6))
SEGMENT_ROLLBACK_AIMS: Aims = ((1.0, 0.45), (0.7, 0.45))
RESTART_AIMS: Aims = ((1.3, 0.6), (0.7, 0.3))
"""A loss that begins late is caught soon where it is large, so these are aimed at a larger one."""


class Part(Enum):
    """What a guard looks at; decides its weight in the evidence for ROLLBACK."""

    WHOLE = "whole"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One guard as the question asks it."""

    name: str
    metric: Metric
    margin: float
    part: Part = Part.WHOLE
    segment: str = ""
    weight: float
    """Of its evidence in the average for ROLLBACK."""
    restart_weight: float = 0.0
    """Of the evidence that starts anew, likewise."""

    @property
    def for_go(self) -> Stakes:
        """How the bets on "better than the boundary" are staked."""
        return self._aimed(-1, GO_AIMS if self.part is Part.WHOLE else SEGMENT_GO_AIMS)

    @property
    def for_rollback(self) -> Stakes:
        """How the bets on "worse than the boundary" are staked."""
        return self._aimed(1, ROLLBACK_AIMS if self.part is Part.WHOLE else SEGMENT_ROLLBACK_AIMS)

    @property
    def for_restarts(self) -> Stakes:
        """Likewise for those that start anew."""
        return self._aimed(1, RESTART_AIMS)

    def _aimed(self, side: int, aims: Aims) -> Stakes:
        reach = self.metric.span + side * self.margin
        return aimed(margin=self.margin, deviation=self.metric.typical_deviation, reach=reach, aims=aims)


def of(question: Question) -> tuple[Guard, ...]:
    """The guards of a question, in the order of `METRICS`, then limits, then segments.

    In the evidence for ROLLBACK each guard on the whole has one part, all segments together two parts, and all restarts
    together one part, half of it quality's. The parts are known before the first pair, as they must be.
    """
    wholes = [(metric.name, _declared(metric, question), question.margins[metric.name]) for metric in _asked(question)]
    wholes += [
        (name, limits.limit_metric(name, limit, question.limit_margin), question.limit_margin)
        for name, limit in sorted(question.limits.items())
    ]
    segments = (*question.segments, OTHER) if question.segments else ()
    part = 1.0 / (len(wholes) + SEGMENT_PARTS * bool(segments) + 1)
    restarted = _restart_shares([name for name, _, _ in wholes])
    quality = metric_named("quality")
    return (
        *(
            Guard(name=name, metric=metric, margin=margin, weight=part, restart_weight=part * restarted[name])
            for name, metric, margin in wholes
        ),
        *(
            Guard(
                name=f"quality in {segment}",
                metric=quality,
                margin=question.segment_margin,
                part=Part.SEGMENT,
                segment=segment,
                weight=SEGMENT_PARTS * part / len(segments),
            )
            for segment in segments
        ),
    )


def _restart_shares(names: list[str]) -> dict[str, float]:
    """Whatever gets worse late is seen in quality, so half of the restarts are its; the other guards share the rest."""
    if "quality" not in names or len(names) == 1:
        return dict.fromkeys(names, 1.0 / len(names))
    return {name: 0.5 if name == "quality" else 0.5 / (len(names) - 1) for name in names}


def _asked(question: Question) -> list[Metric]:
    return [metric for metric in METRICS if metric.name in question.margins]


def _declared(metric: Metric, question: Question) -> Metric:
    if metric.name != "similarity":
        return metric
    low, high = question.similarity_range
    return replace(metric, low=low, high=high)


def pairs_until_go(guard: Guard, log_threshold: float, normal_quantile: float = 0.0) -> int | None:
    """Pairs of this guard until GO, planned for an identical candidate of typical spread; None: not within 100 000.

    `normal_quantile` as in `planned_pairs`.
    """
    return planned_pairs(
        gap=guard.margin,
        deviation=guard.metric.typical_deviation,
        reach=guard.metric.span - guard.margin,
        log_threshold=log_threshold,
        normal_quantile=normal_quantile,
        stakes=guard.for_go,
    )
