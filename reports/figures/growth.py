"""How the evidence grew: its strength against the boundary, and the interval of each guard as it closes in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.figures.drawing import BAD, CANDIDATE, MUTED, Spec, drawn, scale, short

LOWEST = math.log(0.02)
"""Weaker evidence is drawn at the bottom: how little there is of it says nothing more."""
HEIGHT = 190
FUNNEL_WIDTH, FUNNEL_HEIGHT = 210, 96
REACH = (-12.0, 6.0)
"""Margins that a funnel shows at most, below and above no difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind of evidence over the counted pairs."""

    label: str
    colour: str
    dashed: bool
    values: tuple[tuple[int, float], ...]
    """Counted pairs and ln of the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """Estimate and interval after so many pairs, in units of the margin."""

    pairs: int
    estimate: float
    low: float
    high: float


def strength_over_pairs(lines: Sequence[Line], *, boundary: float, width: int, description: str) -> Markup:
    """Strength on a logarithmic scale; `boundary` is ln of the evidence at which a verdict is said."""
    strongest = max((value for line in lines for _, value in line.values), default=boundary)
    highest = min(max(strongest, 1.5 * boundary), 4 * boundary)
    last = max((pairs for line in lines for pairs, _ in line.values), default=1)
    x = {"field": "pairs", "type": "quantitative", "title": None, "scale": scale(0, last), "axis": _pairs_axis(5)}
    marks = [0.0, *(step * boundary for step in range(1, 5) if step * boundary <= highest)]
    y = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": scale(LOWEST, highest),
        "axis": {
            "values": [short(mark) for mark in marks],
            "labelExpr": "format(exp(datum.value), ',.2~r')",
            "gridDash": [1, 3],
            "domain": False,
            "ticks": False,
        },
    }
    layers = [
        _area(boundary, highest, width),
        _boundary(boundary, scale(LOWEST, highest), width),
        *(layer for line in lines for layer in _line(line, x, y, highest)),
    ]
    spec = {"width": width, "height": HEIGHT, "layer": layers}
    return drawn(spec, description=description, name="chart-growth")


def funnel(points: Sequence[FunnelPoint], *, description: str) -> Markup:
    """The interval of one guard as pairs come in; the red line is the margin, the grey one no difference."""
    last = points[-1].estimate
    low = max(REACH[0], min(-2.0, last - 1.5))
    high = min(REACH[1], max(1.0, last + 1.5))
    data = {"values": [_clipped(point, low, high) for point in points]}
    x_scale = scale(0, points[-1].pairs)
    x = {"field": "pairs", "type": "quantitative", "title": None, "scale": x_scale, "axis": _pairs_axis(3)}
    axis = {
        # Far apart ends leave no room for two words.
        "values": [-1, 0] if high - low < 7 else [-1],
        "labelExpr": "datum.value == 0 ? 'equal' : 'margin'",
        "grid": False,
        "domain": False,
        "ticks": False,
    }
    y = {"field": "estimate", "type": "quantitative", "title": None, "scale": scale(low, high), "axis": axis}
    band = {"type": "area", "color": CANDIDATE, "opacity": 0.22, "interpolate": "monotone"}
    line = {"type": "line", "color": CANDIDATE, "strokeWidth": 2, "interpolate": "monotone"}
    spec = {
        "width": FUNNEL_WIDTH,
        "height": FUNNEL_HEIGHT,
        "layer": [
            {"data": data, "mark": band, "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            _level(0.0, MUTED, y),
            _level(-1.0, BAD, y),
            {"data": data, "mark": line, "encoding": {"x": x, "y": y}},
        ],
    }
    return drawn(spec, description=description, name="chart-small")


def _pairs_axis(ticks: int) -> Spec:
    return {"grid": False, "tickCount": ticks, "tickMinStep": 1, "format": ",d", "labelFlush": True}


def _area(boundary: float, highest: float, width: int) -> Spec:
    """The field above the boundary, in which a verdict is said."""
    y_scale = scale(LOWEST, highest)
    return {
        "data": {"values": [{"from": short(boundary), "to": short(highest)}]},
        "mark": {"type": "rect", "color": "var(--wash)", "opacity": 1},
        "encoding": {
            "x": {"value": 0},
            "x2": {"value": width},
            "y": {"field": "from", "type": "quantitative", "scale": y_scale},
            "y2": {"field": "to"},
        },
    }


def _boundary(at: float, y_scale: Spec, width: int) -> Spec:
    return {
        "data": {"values": [{"at": short(at)}]},
        "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1.5, "strokeDash": [5, 4]},
        "encoding": {
            "y": {"field": "at", "type": "quantitative", "scale": y_scale},
            "x": {"value": 0},
            "x2": {"value": width},
        },
    }


def _line(line: Line, x: Spec, y: Spec, highest: float) -> list[Spec]:
    values = [
        {"pairs": pairs, "value": short(min(max(value, LOWEST), highest)), "label": line.label}
        for pairs, value in line.values
    ]
    dash = {"strokeDash": [6, 3]} if line.dashed else {}
    stroke = {"type": "line", "color": line.colour, "strokeWidth": 2.5, "interpolate": "monotone", **dash}
    words = {"type": "text", "align": "right", "dx": -4, "dy": -10, "fontSize": 13, "fontWeight": "bold"}
    return [
        {"data": {"values": values}, "mark": stroke, "encoding": {"x": x, "y": y}},
        {
            "data": {"values": values[-1:]},
            "mark": {**words, "color": line.colour},
            "encoding": {"x": x, "y": y, "text": {"field": "label", "type": "nominal"}},
        },
    ]


def _level(at: float, colour: str, y: Spec) -> Spec:
    mark = {"type": "rule", "color": colour, "strokeWidth": 1.5}
    return {
        "data": {"values": [{"at": at}]},
        "mark": mark,
        "encoding": {"y": {**y, "field": "at"}, "x": {"value": 0}, "x2": {"value": FUNNEL_WIDTH}},
    }


def _clipped(point: FunnelPoint, low: float, high: float) -> Spec:
    return {
        "pairs": point.pairs,
        "estimate": short(min(max(point.estimate, low), high)),
        "low": short(min(max(point.low, low), high)),
        "high": short(min(max(point.high, low), high)),
    }
