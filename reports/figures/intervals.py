"""Differences with their intervals, one row each, on a scale in points."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.figures.drawing import CANDIDATE, MUTED, Spec, drawn, scale, short

ROW = 30
WORDS = 4
"""Pixels between the drawing and the words to its right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRow:
    """One difference, in points; `strong` is drawn full, the others hollow."""

    label: str
    told: str
    estimate: float
    low: float
    high: float
    strong: bool


def intervals(rows: Sequence[IntervalRow], *, width: int, words: bool, description: str) -> Markup:
    """At least one row; `words` puts the numbers to the right of each."""
    reach = 1.3 * max(
        5.0, *(abs(row.estimate) for row in rows), min(max(row.high - row.estimate for row in rows), 20.0)
    )
    x: Spec = {
        "type": "quantitative",
        "title": None,
        "scale": scale(-reach, reach),
        "axis": {
            "grid": False,
            "tickCount": max(3, width // 70),
            "domain": False,
            "labelOverlap": "greedy",
            "labelSeparation": 6,
            "labelExpr": SIGNED,
        },
    }
    y: Spec = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": True,
            "gridDash": [1, 3],
            "labelLimit": 150,
            "labelFontSize": 13,
        },
    }
    told = {"type": "text", "align": "left", "dx": WORDS}
    spec = {
        "width": width,
        "height": ROW * len(rows),
        "data": {"values": [_row(row, reach) for row in rows]},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1.5},
                "encoding": {"x": {"datum": 0, **x}, "y": None},
            },
            {
                "mark": {"type": "rule", "color": CANDIDATE, "strokeWidth": 2.5, "strokeCap": "round"},
                "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            _dot(x, strong=True),
            _dot(x, strong=False),
            *(
                [{"mark": told, "encoding": {"x": {"value": width}, "text": {"field": "told", "type": "nominal"}}}]
                if words
                else []
            ),
        ],
    }
    return drawn(spec, description=description, name="chart-intervals", room=70 if words else 4)


SIGNED = "(datum.value < 0 ? '\N{MINUS SIGN}' : datum.value > 0 ? '+' : '') + abs(datum.value)"


def _dot(x: Spec, *, strong: bool) -> Spec:
    mark = {"type": "point", "shape": "diamond", "size": 90, "color": CANDIDATE, "opacity": 1, "strokeWidth": 2}
    fill = {"filled": True} if strong else {"filled": False, "fill": "var(--page)"}
    return {
        "transform": [{"filter": "datum.strong" if strong else "!datum.strong"}],
        "mark": {**mark, **fill},
        "encoding": {"x": {"field": "estimate", **x}},
    }


def _row(row: IntervalRow, reach: float) -> Spec:
    return {
        "label": row.label,
        "told": row.told,
        "estimate": short(row.estimate),
        "low": short(max(row.low, -reach)),
        "high": short(min(row.high, reach)),
        "strong": row.strong,
    }
