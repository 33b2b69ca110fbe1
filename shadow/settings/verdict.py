"""[verdict]: how much worse is still acceptable, and how sure we want to be."""

from pydantic import Field

from shadow.settings.block import Name, Settings, Share


class VerdictSettings(Settings):
    """[verdict]: how much worse is still acceptable, and how sure we want to be."""

    quality_margin: float = Field(2.0, gt=0, le=100, description="Points of quality (0-100) the candidate may lose.")
    gate_failures_margin: Share = Field(
        0.015, gt=0, description="Share of briefs by which the candidate may fail the gate more often."
    )
    tail_rate_margin: Share = Field(
        0.04, gt=0, description="Share of briefs by which the candidate may fall into the incumbent's tail more often."
    )
    errors_margin: Share = Field(
        0.01, gt=0, description="Share of briefs by which the candidate may refuse or fail more often."
    )
    similarity_margin: float = Field(0.01, gt=0, lt=2, description="Cosine the candidate may lose.")
    similarity_range: tuple[float, float] = Field(
        (-1.0, 1.0),
        strict=False,
        description="Cosines that can occur; tighter decides sooner, and one beyond it holds.",
    )
    segments: tuple[Name, ...] = Field(
        (), strict=False, description="Segments that are guards of their own; the rest is one more."
    )
    segment_margin: float = Field(5.0, gt=0, lt=100, description="Points of quality that one segment may lose.")
    latency_limit: float = Field(0.0, ge=0, description="Seconds one call may take; a guard. 0: no limit.")
    tokens_limit: int = Field(0, ge=0, description="Output tokens one call may cost; a guard. 0: no limit.")
    limit_margin: Share = Field(
        0.02, gt=0, description="Share of calls by which the candidate may be beyond a limit more often."
    )
    style_margin: float = Field(
        0.25,
        gt=0,
        description="Standard deviations of the incumbent a feature may shift before a person must accept it.",
    )
    style_guards: tuple[Name, ...] = Field(
        (), strict=False, description="Features that must be shown not to have shifted before a GO."
    )
    population: Name = Field("new briefs", description='What the verdict speaks of: "new briefs" or "my list".')
    imported: Name = Field(
        "calibration", description='What imported pairs are: "calibration" (no evidence) or "evidence".'
    )
    alpha_go: float = Field(0.05, gt=0, lt=0.5, description="Chance of ever saying GO to an unacceptable candidate.")
    alpha_rollback: float = Field(
        0.05, gt=0, lt=0.5, description="Chance of ever saying ROLLBACK to an acceptable candidate."
    )
    min_pairs: int = Field(200, ge=1, description="Counted pairs before a GO.")
    min_hours: float = Field(24.0, ge=0, description="Hours of traffic the counted pairs must span before a GO.")
    min_calibration: int = Field(100, ge=20, description="Incumbent outcomes needed to freeze a baseline.")
