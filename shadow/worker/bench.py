"""What one migration's captures are worked on with, and what that may cost."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shadow.assignment import Again, beside, repeated
from shadow.gates.gate import Layer
from shadow.gates.judge_pairs import Referee
from shadow.pair import Arm, Capture, Outcome
from shadow.prices import Step, Tariff
from shadow.providers.provider import Provider
from shadow.settings import NoiseSettings

NOT_FOUND = "404"
QUIET = NoiseSettings(second_draws=0.0, second_judgements=0.0, anchors=0)
"""Nothing is spent on noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What one migration's captures are worked on with."""

    models: Mapping[Arm, str]
    provider: Provider
    layers: Callable[[Provider], Sequence[Layer]]
    """The gate, asking the provider it is given."""
    tariff: Tariff
    sunset: float = math.inf
    """Unix time from which on a 404 of the incumbent is its end, and no reason to wait."""
    noise: NoiseSettings = QUIET
    referee: Callable[[Provider], Referee] | None = None
    """The judge of pictures side by side, asking the provider it is given; None where nobody is to."""
    pairwise: float = 0.0
    """Share of briefs whose pictures are judged side by side too."""

    def ended(self, arm: Arm, outcome: Outcome, at: float) -> bool:
        """Whether this outcome says that the arm answers no more; `at` is Unix time."""
        return arm is Arm.INCUMBENT and outcome.label.startswith(NOT_FOUND) and at >= self.sunset

    def again(self, capture: Capture) -> Again | None:
        """What is done once more for this brief: decided by its digest, never by an outcome."""
        draws, judgements = self.noise.second_draws, self.noise.second_judgements
        return repeated(capture.brief.digest(), draws=draws, judgements=judgements)

    def side_by_side(self, capture: Capture) -> bool:
        """Whether the pictures of this brief are judged side by side too."""
        return self.referee is not None and beside(capture.brief.digest(), self.pairwise)

    def parts(self, capture: Capture) -> dict[tuple[str, Step], int]:
        """Nano-USD that the capture may cost, by model and step; the same whatever the live call brought."""
        brief, tariff = capture.brief, self.tariff
        parts = Counter(tariff.pair(brief, self.models[capture.arm.other]))
        again = self.again(capture)
        if again is Again.DRAW:
            parts.update(tariff.second_draw(brief, self.models[Arm.INCUMBENT]))
        if again is Again.JUDGEMENT:
            parts.update(tariff.judgements(brief, times=1))
        if self.side_by_side(capture):
            parts.update(tariff.judgements(brief, times=2, pictures=2))
        return dict(parts)
