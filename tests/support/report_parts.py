"""Parts of studies with example values for the report's tests: guards, distributions, pairs."""

import math

from analysis.results import (
    Distribution,
    GuardResult,
    Interval,
    KolmogorovSmirnov,
    LayerFinding,
    OutcomeEvidence,
    PairEvidence,
    PercentileShift,
    Reason,
    ReasonCode,
)

INCUMBENT = "gemini-3-pro-image-preview"
CANDIDATE = "gemini-3-pro-image"
HOSTILE = (
    "<script>alert(1)</script>\"><img src=x onerror=alert(2)>' onload='alert(3) {{7*7}} {% raw %} javascript:alert(4) "
    "\u202egnp.exe\u202c \x00\x1b[31m \ud800 https://evil.example/x </style></title> &lt;b&gt;"
)


def guard(
    name: str, unit: str, estimate: float, half: float, margin: float, *, go: bool, needed: int | None
) -> GuardResult:
    """A guard with a symmetric interval."""
    before = 84.2 if unit == "points" else 0.021
    return GuardResult(
        name=name,
        unit=unit,
        pairs=1475,
        estimate=estimate,
        interval=Interval(low=estimate - half, high=estimate + half, level=0.9, anytime=True),
        margin=margin,
        log_e_go=4.5 if go else 0.7,
        log_e_rollback=-3.0,
        go=go,
        pairs_needed=needed,
        incumbent_mean=before,
        candidate_mean=before + (estimate if unit == "points" else -estimate),
        deviation=10.7,
    )


def reason_about(code: ReasonCode, item: GuardResult) -> Reason:
    """A reason that names a guard and its numbers."""
    return Reason(
        code=code,
        guard=item.name,
        unit=item.unit,
        value=item.estimate,
        interval=item.interval,
        margin=item.margin,
        pairs_needed=item.pairs_needed,
    )


def bell(edges: tuple[float, ...], middle: float, width: float, total: int) -> tuple[int, ...]:
    """Counts in the shape of a bell."""
    heights = [math.exp(-(((edge - middle) / width) ** 2) / 2) for edge in edges[:-1]]
    return tuple(round(total * height / sum(heights)) for height in heights)


def described(
    name: str,
    kind: str,
    low: float,
    high: float,
    *,
    before: float,
    after: float,
    spread: float,
    cut: float | None = None,
) -> Distribution:
    """A score or feature that is bell-shaped in both arms."""
    edges = tuple(low + (high - low) * step / 20 for step in range(21))
    places = ((5, -1.645), (10, -1.282), (25, -0.674), (50, 0.0), (75, 0.674), (90, 1.282), (95, 1.645))
    return Distribution(
        name=name,
        kind=kind,
        layer="judge" if kind == "score" else "properties",
        incumbent_count=1475,
        candidate_count=1468,
        incumbent_mean=before,
        candidate_mean=after,
        incumbent_deviation=spread,
        candidate_deviation=1.2 * spread,
        edges=edges,
        incumbent_histogram=bell(edges, before, spread, 1475),
        candidate_histogram=bell(edges, after, 1.2 * spread, 1468),
        ks=KolmogorovSmirnov(
            gap=min(0.99, abs(after - before) / spread / 2.5),
            at=(before + after) / 2,
            candidate_lower=after < before,
            p_value=0.0004,
        ),
        shifts=tuple(
            PercentileShift(percentile=p, incumbent=before + z * spread, candidate=after + 1.2 * z * spread)
            for p, z in places
        ),
        cut=cut,
    )


def distributions(loss: float) -> tuple[Distribution, ...]:
    """Three scores and four features; `loss` in points of quality."""
    return (
        described("saturation", "feature", 0, 1, before=0.52, after=0.52 - loss / 60, spread=0.12),
        described("negative_space", "feature", 0, 1, before=0.33, after=0.33 + loss / 90, spread=0.15),
        described("contrast", "feature", 0, 0.4, before=0.21, after=0.21 - loss / 200, spread=0.05),
        described("sharpness", "feature", 0, 900, before=410, after=405, spread=120),
        described("judge", "score", 0, 100, before=84, after=84 - loss, spread=8, cut=61),
        described("quality", "score", 0, 100, before=83, after=83 - loss, spread=9),
        described("similarity", "score", 0, 0.6, before=0.34, after=0.34 - loss / 400, spread=0.04, cut=0.22),
    )


def outcome(arm_model: str, quality: float, *, picture: str | None, role: str, reason: str) -> OutcomeEvidence:
    """A judged picture, or a refusal where there is none."""
    judged = (
        LayerFinding(layer="properties", score=None, hard_failure=None, missing=None, below_cut=False, reason="Sound."),
        LayerFinding(
            layer="similarity",
            score=0.34 if quality > 50 else 0.19,
            hard_failure=None,
            missing=None,
            below_cut=quality < 50,
            reason="",
        ),
        LayerFinding(
            layer="judge", score=quality, hard_failure=None, missing=None, below_cut=quality < 61, reason=reason
        ),
    )
    return OutcomeEvidence(
        kind="image" if picture else "refusal",
        label="" if picture else "IMAGE_SAFETY",
        model=arm_model,
        picture=picture,
        quality=quality,
        gate_failed=quality < 61,
        findings=judged if picture else (),
        features={"saturation": 0.52 - (90 - quality) / 200, "negative_space": 0.31, "sharpness": 402.5}
        if picture
        else {},
        latency=11.3 if role == "live" else 13.9,
        role=role,
    )


BRIEFS = (
    "A quiet alpine lake at dawn, low mist over the water, warm first light, wide negative space on the left.",
    "Terracotta rooftops under a violet dusk sky, seen from above, soft film grain.",
    "A single red kite over a wheat field, golden hour, low horizon, minimalist.",
    "Macro photograph of frost on a maple leaf, shallow depth of field, cool palette.",
)


def worst(losses: int = 4, *, prompt: str = "") -> tuple[PairEvidence, ...]:
    """Pairs with ever smaller losses; the second candidate refuses."""
    return tuple(
        PairEvidence(
            capture_id=f"capture-{place}",
            brief_digest=f"{place:064x}",
            prompt=prompt or BRIEFS[place % len(BRIEFS)],
            segment="landscapes" if place % 2 else "",
            incumbent=outcome(
                INCUMBENT,
                92.0 - place,
                picture=f"{2 * place:064x}",
                role="live",
                reason="All asked is there, finely composed.",
            ),
            candidate=outcome(
                CANDIDATE,
                0.0 if place == 1 else 31.0 + 2 * place,
                picture=None if place == 1 else f"{2 * place + 1:064x}",
                role="shadow",
                reason="The colours are paler than asked and the horizon tilts.",
            ),
        )
        for place in range(losses)
    )
