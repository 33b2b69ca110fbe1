"""What pictures cost, and what was spent on the comparison. Numbers and labels, no words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCost:
    """What one picture of an arm costs at list prices."""

    arm: str
    model: str
    pictures: int
    """First draws that brought a picture."""
    usd: float
    """Mean of one picture: its brief's tokens, its thoughts and the picture at its size."""
    as_of: str
    """Date of the price, ISO."""
    uncertain: bool
    """The price comes from a source that may be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What the harness has paid for one kind of call, over everything its home compares."""

    model: str
    step: str
    """"image", "embedding" or "judgement"."""
    calls: int
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Prices and spending, as far as they are known."""

    arms: tuple[ArmCost, ...] = ()
    spending: tuple[Spending, ...] = ()
