"""What is written into the ledger beside pairs: frozen cuts and verdicts. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shadow.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """The cuts of a new baseline, made from the incumbent's own outcomes."""

    migration: str
    cuts: Mapping[str, float]
    """Layer to cut; a score strictly below it fails the gate when read."""
    failing: Mapping[str, float]
    """Layer to the share of the outcomes below that layer's cut."""
    outcomes: int
    """Incumbent outcomes the cuts were made from."""
    budget: float
    """Share of them that all cuts together may fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A verdict as it was said at one moment."""

    verdict_id: str
    """Unique for ever, so that filing it twice files it once."""
    migration: str
    epoch: int
    decision: str
    """"GO", "HOLD" or "ROLLBACK"."""
    pairs: int
    question: str
    """sha256 of everything the verdict was asked under."""
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A shift of style that a person accepted."""

    acceptance_id: str
    """Unique for ever, so that filing it twice files it once."""
    migration: str
    actor: str
    question: str
    """sha256 of everything the verdict is asked under; the acceptance holds as long as it is asked."""
    feature: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """The settings that the scores of one layer are made under."""

    digest: str
    """Names them, the layer among them."""
    layer: str
    settings: str
    """Canonical JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """What a layer found about a stored picture that it had looked at before, or had never come to."""

    capture_id: str
    arm: str
    draw: int
    picture: str
    """sha256 of the picture's bytes."""
    finding: Finding
    """Its `scoring` says under which settings; one outcome has at most one such finding for each."""
