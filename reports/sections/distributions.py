"""How scores and features are distributed in both arms: histograms, the largest gap, the shift of percentiles."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.results import Classical, Distribution, KolmogorovSmirnov, Panel, ShiftBand, Study, StyleShift
from reports.figures import Histogram, Percentile, distribution, small_distribution
from reports.names import METRICS, Name, named
from reports.quantities import NOTHING, digits_for, number, percent, signed
from reports.text import line

FIRST = ("quality", "similarity", "judge")
"""The order of the scores; others follow by name."""
SWAP = "Kolmogorov-Smirnov, swapping within pairs"
COSTS: Mapping[str, str] = {
    SWAP: "knows of pairs and ties; one planned look",
    "Kolmogorov-Smirnov": "ignores pairing and ties: rejects an identical candidate in 0.25% of cases",
    "Mann-Whitney": "ignores pairing; one planned look",
    "Wilcoxon": "watched over 200 looks: a false alarm in 34% of cases",
    "paired t": "watched over 200 looks: a false alarm in 35% of cases",
    "Wasserstein": "in standard deviations of the incumbent; no error rate",
}
MARKED = 0.25
"""In standard deviations of the incumbent: a style shift of this size is pointed out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """One percentile in both arms."""

    percentile: str
    incumbent: str
    candidate: str
    shift: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRow:
    """The shift of one percentile with its band."""

    percentile: str
    band: str
    mid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicalRow:
    """A fixed-sample number with what it costs when watched."""

    name: str
    value: str
    p_value: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """One score, drawn and told."""

    label: str
    about: str
    means: str
    gap: str
    cut: str
    """Empty where the score has no cut."""
    chart: Markup | None
    shifts: tuple[ShiftRow, ...]
    sure: str
    """What is sure at every look; empty without a panel."""
    bands: tuple[BandRow, ...]
    classical: tuple[ClassicalRow, ...]
    small_print: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureCard:
    """One feature of style, drawn small."""

    label: str
    about: str
    shift: str
    means: str
    marked: bool
    sure: str
    """What holds at every look, and whether somebody accepted it; empty where it cannot be bet on."""
    chart: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distributions:
    """Scores and features."""

    scores: tuple[ScoreCard, ...]
    features: tuple[FeatureCard, ...]


def distributions(study: Study) -> Distributions:
    """The distributions of this study; features with the largest shift first."""
    scores = sorted((item for item in study.distributions if item.kind == "score"), key=_place)
    features = sorted((item for item in study.distributions if item.kind != "score"), key=_largest_shift)
    by_feature = {item.feature: item for item in study.styles}
    return Distributions(
        scores=tuple(_score_card(item) for item in scores),
        features=tuple(_feature_card(item, by_feature.get(item.name)) for item in features),
    )


def _place(item: Distribution) -> tuple[int, str]:
    return FIRST.index(item.name) if item.name in FIRST else len(FIRST), item.name


def _largest_shift(item: Distribution) -> tuple[float, str]:
    return -round(abs(item.standardised_shift or 0), 6), item.name


def _digits(item: Distribution) -> int:
    return digits_for(item.edges[-1] - item.edges[0]) if item.edges else 3


def _score_card(item: Distribution) -> ScoreCard:
    name, digits = named(METRICS, item.name), _digits(item)
    shifts = tuple(_shift_row(item, digits))
    return ScoreCard(
        label=name.label,
        about=name.about,
        means=_means(item, digits or 1),
        gap=_gap(item.ks, digits),
        cut="" if item.cut is None else _cut(item, item.cut, digits),
        chart=_chart(item, name, shifts),
        shifts=shifts,
        sure=_sure(item.panel, digits) if item.panel else "",
        bands=tuple(_band_row(band, digits) for band in item.panel.bands) if item.panel else (),
        classical=_classical(item.panel) if item.panel else (),
        small_print=(
            f"{item.incumbent_count:,} scores of the incumbent, {item.candidate_count:,} of the candidate. "
            f"Kolmogorov-Smirnov p {_p_value(item.ks.p_value)}: holds for a single look and never decides."
        ),
    )


def _sure(panel: Panel, digits: int) -> str:
    level = percent(100 * panel.level)
    told = [
        f"at least {percent(100 * gap)} {side} of the candidate's pictures lie at or below {number(at, digits)}"
        for gap, at, side in (
            (panel.surely_lower, panel.surely_lower_at, "more"),
            (panel.surely_higher, panel.surely_higher_at, "fewer"),
        )
        if gap > 0
    ]
    if not told:
        return f"Sure at every look ({level}): nothing yet."
    return f"Sure at every look ({level}): {' and '.join(told)}."


def _band_row(band: ShiftBand, digits: int) -> BandRow:
    return BandRow(
        percentile=f"P{band.percentile}",
        band=f"{signed(band.low, digits)} to {signed(band.high, digits)}",
        mid=signed(band.mid_shift, digits + 1),
    )


def _classical(panel: Panel) -> tuple[ClassicalRow, ...]:
    swap = () if panel.swap_p is None else (Classical(name=SWAP, statistic=None, p_value=panel.swap_p),)
    return tuple(
        ClassicalRow(
            name=item.name,
            value=NOTHING if item.statistic is None else number(item.statistic, 3),
            p_value=NOTHING if item.p_value is None else _p_value(item.p_value),
            cost=COSTS.get(item.name, ""),
        )
        for item in (*swap, *panel.classical)
    )


def _cut(item: Distribution, cut: float, digits: int) -> str:
    if item.name == "quality":
        return f"The incumbent's tail begins below {number(cut, digits)}."
    return f"Cut of the baseline: {number(cut, digits)}; a lower score fails the gate."


def _chart(item: Distribution, name: Name, shifts: Sequence[ShiftRow]) -> Markup | None:
    histogram = Histogram.of(item.edges, item.incumbent_histogram, item.candidate_histogram)
    if histogram is None:
        return None
    percentiles = [
        Percentile(label=f"P{moved.percentile}", incumbent=moved.incumbent, candidate=moved.candidate, told=row.shift)
        for moved, row in zip(item.shifts, shifts, strict=True)
        if math.isfinite(moved.shift)
    ]
    told = ", ".join(f"{row.percentile} {row.shift}" for row in shifts)
    description = f"{name.label}: {_gap(item.ks, _digits(item))} Shift of percentiles: {told}."
    return distribution(histogram, percentiles, cut=item.cut, gap_at=item.ks.at, description=description)


def _shift_row(item: Distribution, digits: int) -> list[ShiftRow]:
    return [
        ShiftRow(
            percentile=f"P{moved.percentile}",
            incumbent=number(moved.incumbent, digits),
            candidate=number(moved.candidate, digits),
            shift=signed(moved.shift, digits),
        )
        for moved in item.shifts
    ]


def _means(item: Distribution, digits: int) -> str:
    return f"Mean {number(item.incumbent_mean, digits)} → {number(item.candidate_mean, digits)}"


def _gap(ks: KolmogorovSmirnov, digits: int) -> str:
    """The largest gap between the two distributions as a sentence."""
    if not ks.gap > 0:
        return "No gap between the two distributions."
    side = "more" if ks.candidate_lower else "fewer"
    gap = percent(100 * ks.gap)
    return f"Largest gap {gap}: the candidate has that many {side} pictures at or below {number(ks.at, digits)}."


def _p_value(value: float) -> str:
    return "under 0.001" if value < 0.001 else number(value, 3)


def _feature_card(item: Distribution, sure: StyleShift | None) -> FeatureCard:
    name = named(METRICS, item.name)
    histogram = Histogram.of(item.edges, item.incumbent_histogram, item.candidate_histogram)
    shift = item.standardised_shift
    told = _spread(shift)
    means = _means(item, _digits(item))
    return FeatureCard(
        label=name.label,
        about=name.about,
        shift=told,
        means=means,
        marked=shift is not None and abs(round(shift, 6)) >= MARKED,
        sure=_surely(sure) if sure else "",
        chart=small_distribution(histogram, description=f"{name.label}: {told}. {means}.") if histogram else None,
    )


def _surely(sure: StyleShift) -> str:
    told = f"Sure at every look: {signed(sure.interval.low, 2)} to {signed(sure.interval.high, 2)} spreads."
    if sure.accepted is not None:
        return f"{told} Accepted: {line(sure.accepted, 120)}"
    return f"{told} Nobody has accepted it." if sure.beyond else told


def _spread(shift: float | None) -> str:
    """A standardised shift in words."""
    if shift is None:
        return "the incumbent does not vary"
    if not round(shift, 2):
        return "unchanged"
    return f"{number(abs(shift), 2)} spreads {'lower' if shift < 0 else 'higher'}"
