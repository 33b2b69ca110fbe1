"""Two histograms over one axis, and below them how each percentile moved."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.figures.drawing import BAD, CANDIDATE, INCUMBENT, MUTED, Spec, drawn, scale, short

WIDTH = 230
HEIGHT = 120
SMALL_WIDTH = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Two histograms on the same edges, as shares of their arm."""

    edges: tuple[float, ...]
    incumbent: tuple[float, ...]
    candidate: tuple[float, ...]

    @classmethod
    def of(cls, edges: Sequence[float], incumbent: Sequence[int], candidate: Sequence[int]) -> "Histogram | None":
        """The histograms of these counts; None where nothing can be drawn from them."""
        bins = len(edges) - 1
        sound = bins >= 1 and len(incumbent) == len(candidate) == bins and all(map(math.isfinite, edges))
        if not sound or edges[-1] <= edges[0] or not sum(incumbent) or not sum(candidate):
            return None
        return cls(edges=tuple(edges), incumbent=_shares(incumbent), candidate=_shares(candidate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentile:
    """Where one percentile lies in both arms, and its shift in words."""

    label: str
    incumbent: float
    candidate: float
    told: str


def distribution(
    histogram: Histogram,
    percentiles: Sequence[Percentile],
    *,
    cut: float | None,
    gap_at: float,
    description: str,
) -> Markup:
    """Both histograms with the baseline's cut and the largest gap; below, on the same axis, the percentiles."""
    low, high = histogram.edges[0], histogram.edges[-1]
    marks = [*_mark("cut", cut, BAD, low, high, up=6), *_mark("largest gap", gap_at, MUTED, low, high, up=20)]
    above = {"width": WIDTH, "height": HEIGHT, "layer": [*_outlines(histogram), *marks]}
    parts = [above, _shifts(percentiles, low, high)] if percentiles else [above]
    return drawn({"vconcat": parts, "spacing": 16}, description=description, name="chart-distribution")


def small_distribution(histogram: Histogram, *, description: str) -> Markup:
    """Both histograms, small, for a row of many."""
    spec = {"width": SMALL_WIDTH, "height": 80, "layer": _outlines(histogram)}
    return drawn(spec, description=description, name="chart-small")


def _outlines(histogram: Histogram) -> list[Spec]:
    """The incumbent as a filled shape, the candidate as an outline."""
    area = {"type": "area", "interpolate": "step-after", "color": INCUMBENT, "opacity": 0.4}
    outline = {"type": "line", "interpolate": "step-after", "color": CANDIDATE, "strokeWidth": 2.25}
    encoding = {
        "x": _x("x", histogram.edges[0], histogram.edges[-1]),
        "y": {"field": "share", "type": "quantitative", "axis": None, "scale": {"zero": True}},
    }
    inner, outer = _corners(histogram.edges, histogram.incumbent), _corners(histogram.edges, histogram.candidate)
    return [
        # An area with an order falls apart into one area per point; sorted by x it needs none.
        {"data": {"values": inner}, "mark": area, "encoding": encoding},
        {"data": {"values": outer}, "mark": outline, "encoding": {**encoding, "order": {"field": "order"}}},
    ]


def _corners(edges: Sequence[float], shares: Sequence[float]) -> list[Spec]:
    """The corners of a histogram from left to right, ending on the ground."""
    corners = [*zip(edges, (*shares, shares[-1]), strict=True), (edges[-1], 0.0)]
    return [{"x": short(x), "share": short(y), "order": order} for order, (x, y) in enumerate(corners)]


def _x(field: str, low: float, high: float) -> Spec:
    axis = {"grid": False, "tickCount": 5, "labelFlush": False, "labelOverlap": "greedy", "labelSeparation": 6}
    return {"field": field, "type": "quantitative", "title": None, "scale": scale(low, high), "axis": axis}


def _mark(word: str, at: float | None, colour: str, low: float, high: float, *, up: int) -> list[Spec]:
    """A dashed line at a value, its word above the chart on the side with more room; nothing outside the range."""
    if at is None or not low <= at <= high:
        return []
    left_half = at < (low + high) / 2
    text = {"type": "text", "align": "left" if left_half else "right", "dx": 5 if left_half else -5, "fontSize": 11}
    data = {"values": [{"at": short(at), "word": word}]}
    x = _x("at", low, high)
    words = {"x": x, "y": {"value": -up}, "text": {"field": "word"}}
    line = {"x": x, "y": {"value": -up - 5}, "y2": {"value": HEIGHT}}
    rule = {"type": "rule", "color": colour, "strokeDash": [5, 4], "strokeWidth": 1.5}
    return [{"data": data, "mark": rule, "encoding": line}, {"data": data, "mark": text, "encoding": words}]


def _shifts(percentiles: Sequence[Percentile], low: float, high: float) -> Spec:
    """One line per percentile, from the incumbent's circle to the candidate's diamond."""
    x = {**_x("incumbent", low, high), "axis": None}
    moved = {**x, "field": "candidate"}
    dot = {"type": "point", "filled": True, "opacity": 1}
    axis = {"domain": False, "ticks": False, "grid": True, "gridDash": [1, 3]}
    told = {"x": {"value": WIDTH + 10}, "text": {"field": "told", "type": "nominal"}}
    return {
        "width": WIDTH,
        "height": 22 * len(percentiles),
        "data": {"values": [_percentile(item, low, high) for item in percentiles]},
        "encoding": {"y": {"field": "label", "type": "ordinal", "sort": None, "title": None, "axis": axis}},
        "layer": [
            {
                "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1.5},
                "encoding": {"x": x, "x2": {"field": "candidate"}},
            },
            {"mark": {**dot, "shape": "circle", "size": 60, "color": INCUMBENT}, "encoding": {"x": x}},
            {"mark": {**dot, "shape": "diamond", "size": 75, "color": CANDIDATE}, "encoding": {"x": moved}},
            {"mark": {"type": "text", "align": "left"}, "encoding": told},
        ],
    }


def _percentile(item: Percentile, low: float, high: float) -> Spec:
    return {
        "label": item.label,
        "incumbent": short(min(max(item.incumbent, low), high)),
        "candidate": short(min(max(item.candidate, low), high)),
        "told": item.told,
    }


def _shares(counts: Sequence[int]) -> tuple[float, ...]:
    total = sum(counts)
    return tuple(count / total for count in counts)
