"""What a picture costs on each side, and what the comparison has cost."""

from dataclasses import dataclass

from analysis.results import ArmCost, Costs, Spending, Study
from reports.names import STEPS, named
from reports.quantities import money, price, signed
from reports.text import line


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One arm's picture."""

    arm: str
    model: str
    pictures: str
    price: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingRow:
    """One kind of paid call."""

    what: str
    model: str
    calls: str
    spent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsPart:
    """Both tables; `lead` alone where nobody bills anything."""

    lead: str
    arms: tuple[CostRow, ...]
    spending: tuple[SpendingRow, ...]
    total: str


def costs(study: Study) -> CostsPart:
    """The costs of this study."""
    found = study.costs
    return CostsPart(
        lead=_lead(found),
        arms=tuple(_arm(item) for item in found.arms),
        spending=tuple(_spending(item) for item in found.spending),
        total=money(sum(item.usd for item in found.spending)),
    )


def _lead(found: Costs) -> str:
    by_arm = {item.arm: item.usd for item in found.arms}
    before, after = by_arm.get("incumbent"), by_arm.get("candidate")
    if before is None or after is None:
        return "No price is known for both models."
    if not before:
        return "Nobody bills these pictures."
    change = 100 * (after / before - 1)
    if abs(change) < 0.5:
        return f"A picture costs about the same: {price(before)} before, {price(after)} after the move."
    return f"A picture costs {price(before)} now and {price(after)} after the move: {signed(change, 0)}%."


def _arm(item: ArmCost) -> CostRow:
    return CostRow(
        arm="Incumbent" if item.arm == "incumbent" else "Candidate",
        model=line(item.model, 80),
        pictures=f"{item.pictures:,}",
        price=price(item.usd),
        as_of=f"{line(item.as_of, 20)}{', uncertain' if item.uncertain else ''}",
    )


def _spending(item: Spending) -> SpendingRow:
    return SpendingRow(
        what=named(STEPS, item.step).label, model=line(item.model, 80), calls=f"{item.calls:,}", spent=money(item.usd)
    )
