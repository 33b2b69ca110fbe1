"""The forest plot: estimate and interval of every guard against its margin."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.figures.drawing import BAD, CANDIDATE, MUTED, Spec, drawn, scale, short


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One guard, in units of its margin: -1 is the margin, 0 no difference."""

    label: str
    told: str
    """The estimate in words."""
    estimate: float
    low: float
    high: float
    noise: float | None = None
    """Half-width of the field in which a difference means nothing; None where it was not measured."""


ROW = 78
BAND = 34
"""Pixels: height of the band that the interval lies in, below the words of its row."""
DOWN = 12
"""Pixels from the middle of a row to the middle of its band."""
WORDS_UP = -22
LABEL = 52
"""Pixels that the word below a tick takes."""
Y: Spec = {"field": "place", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
AXIS: Spec = {
    "orient": "bottom",
    "grid": False,
    "domain": False,
    "labelSeparation": 6,
    "labelExpr": "datum.value == 0 ? 'equal' : datum.value == -1 ? 'margin' : "
    "(datum.value < 0 ? '\N{MINUS SIGN}' : '+') + abs(datum.value) + '\N{MULTIPLICATION SIGN}'",
    "labelOverlap": "greedy",
}


def forest(rows: Sequence[ForestRow], *, width: int, description: str) -> Markup:
    """The plot of at least one guard; `width` in pixels at its natural size."""
    low, high = _range(rows)
    layers = (
        _band("from", -1.0, "var(--bad-wash)"),
        _band("margin", high, "var(--wash)"),
        _noise(),
        _tick("margin", BAD),
        _tick("equal", MUTED),
        _interval(),
        _point("low", "triangle-left", 90, only="cut_low"),
        _point("high", "triangle-right", 90, only="cut_high"),
        _point("estimate", "diamond", 150),
        _words("label", at=0, align="left", weight="bold", limit=0.45 * width),
        _words("told", at=width, align="right", weight="normal", limit=0.55 * width),
    )
    spec = {
        "width": width,
        "height": ROW * len(rows),
        "data": {"values": [_row(row, place, low, high) for place, row in enumerate(rows)]},
        "layer": [_placed(layer, low, high, width) for layer in layers],
    }
    return drawn(spec, description=description, name="chart-forest")


def _range(rows: Sequence[ForestRow]) -> tuple[float, float]:
    """From left to right in margins: every estimate, the near part of every interval, the margin off the edge."""
    left = min(-2.0, *(row.estimate - 0.5 for row in rows), *(max(row.low - 0.2, -4.0) for row in rows))
    right = max(1.0, *(row.estimate + 0.5 for row in rows), *(min(row.high + 0.2, 3.0) for row in rows))
    return short(left), short(right)


def _row(row: ForestRow, place: int, low: float, high: float) -> Spec:
    """A row as data, its interval cut at the edge of the drawing and marked there with an arrow."""
    return {
        "place": place,
        "label": row.label,
        "told": row.told,
        "from": low,
        "margin": -1,
        "equal": 0,
        "estimate": short(row.estimate),
        "noise": None if row.noise is None else short(max(-row.noise, low)),
        "noise_end": None if row.noise is None else short(min(row.noise, high)),
        "low": short(max(row.low, low)),
        "high": short(min(row.high, high)),
        "cut_low": row.low < low,
        "cut_high": row.high > high,
    }


def _placed(layer: Spec, low: float, high: float, width: int) -> Spec:
    """The layer with its row, and its x on the shared scale where it names a field."""
    x = layer["encoding"]["x"]
    if "field" in x:
        axis = {**AXIS, "values": _ticks(low, high, width)}
        x = {**x, "type": "quantitative", "scale": scale(low, high), "axis": axis, "title": None}
    return {**layer, "encoding": {**layer["encoding"], "y": Y, "x": x}}


def _ticks(low: float, high: float, width: int) -> list[int]:
    """The margin, no difference, and as many whole margins as there is room for words."""
    room = LABEL * (high - low) / width
    step = max(1, math.ceil(room))
    multiples = range(math.ceil(low / step) * step, math.floor(high) + 1, step)
    return sorted({-1, 0, *(place for place in multiples if min(abs(place), abs(place + 1)) >= room)})


def _band(start: str, end: float, colour: str) -> Spec:
    mark = {"type": "bar", "height": BAND, "color": colour, "yOffset": DOWN}
    return {"mark": mark, "encoding": {"x": {"field": start}, "x2": {"datum": end}}}


def _noise() -> Spec:
    """The noise floor: the incumbent against itself differs by as much."""
    mark = {"type": "bar", "height": BAND, "color": MUTED, "opacity": 0.28, "yOffset": DOWN}
    encoding = {"x": {"field": "noise"}, "x2": {"field": "noise_end"}}
    return {"transform": [{"filter": "datum.noise != null"}], "mark": mark, "encoding": encoding}


def _tick(field: str, colour: str) -> Spec:
    mark = {"type": "tick", "size": BAND, "thickness": 2, "color": colour, "yOffset": DOWN}
    return {"mark": mark, "encoding": {"x": {"field": field}}}


def _interval() -> Spec:
    mark = {"type": "rule", "color": CANDIDATE, "strokeWidth": 3, "strokeCap": "round", "yOffset": DOWN}
    return {"mark": mark, "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}}}


def _point(field: str, shape: str, size: int, *, only: str = "") -> Spec:
    """A shape at a field; `only` where this field of the row is true."""
    mark = {"type": "point", "shape": shape, "size": size, "color": CANDIDATE}
    layer = {
        "mark": {**mark, "filled": True, "opacity": 1, "yOffset": DOWN},
        "encoding": {"x": {"field": field}},
    }
    return {**layer, "transform": [{"filter": f"datum.{only}"}]} if only else layer


def _words(field: str, *, at: int, align: str, weight: str, limit: float) -> Spec:
    mark = {"type": "text", "align": align, "fontWeight": weight, "fontSize": 13, "limit": limit, "yOffset": WORDS_UP}
    return {"mark": mark, "encoding": {"x": {"value": at}, "text": {"field": field, "type": "nominal"}}}
