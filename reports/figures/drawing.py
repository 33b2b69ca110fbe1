"""A Vega-Lite specification, a plain dictionary, drawn as static SVG.

The SVG holds no width of its own, takes its colours from the page (`var(--incumbent)`, `currentColor`) and so scales,
prints and follows light and dark. The same numbers give the same bytes. Text of the study enters as data values only,
never as an expression. Which arm is which is told by shape as well as by colour: the incumbent is filled and round,
the candidate outlined and a diamond.
"""

import re
from typing import Any

import vl_convert
from markupsafe import Markup

Spec = dict[str, Any]

VEGA_LITE = "6.1"
INCUMBENT = "var(--incumbent)"
CANDIDATE = "var(--candidate)"
MUTED = "var(--muted)"
BAD = "var(--bad)"

CONFIG: Spec = {
    "aria": False,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "gridColor": "var(--line)",
        "labelFontSize": 12,
        "labelPadding": 5,
    },
    "text": {"color": "currentColor", "fontSize": 12},
}


def drawn(spec: Spec, *, description: str, name: str, room: int = 4) -> Markup:
    """The SVG of a specification, as one picture of class `name` with a description for those who do not see it.

    `room` is the space to the right in pixels: the reader's letters may be wider than those that were measured here.
    """
    full = {
        **spec,
        "background": "transparent",
        "padding": {"left": 4, "top": 4, "bottom": 4, "right": room},
        "config": CONFIG,
    }
    svg: str = vl_convert.vegalite_to_svg(full, vl_version=VEGA_LITE, allowed_base_urls=[])
    box = re.search(r'viewBox="([-0-9. ]+)"', svg)
    view = box.group(1) if box else "0 0 0 0"
    head = Markup('<svg class="chart {}" viewBox="{}" style="--natural: {}px" role="img" aria-label="{}">')
    body = re.sub(
        r' (role="graphics-\w+"|aria-roledescription="[^"]*"|pointer-events="none")', "", svg[svg.index(">") + 1 :]
    )
    # Vega escapes every text that it draws.
    return head.format(name, view, view.split()[2], description) + Markup(body)  # noqa: S704


def short(value: float) -> float:
    """A number short enough for a drawing, so that its bytes do not hang on the last bit of a float."""
    return float(f"{value:.6g}")


def scale(low: float, high: float) -> Spec:
    """A linear scale over exactly this range."""
    return {"domain": [low, high], "nice": False, "zero": False}
