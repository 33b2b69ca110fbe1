"""Different look, or less variety: what the embeddings of the pictures say, told apart from worse."""

from dataclasses import dataclass

from analysis.results import Appearance, Study
from reports.quantities import counted, percent, signed, trimmed
from reports.text import line


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearanceRow:
    """One finding with its numbers."""

    label: str
    said: str
    numbers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearancePart:
    """The lead sentence and the rows; no rows where nothing can be said."""

    lead: str
    rows: tuple[AppearanceRow, ...]


NOTHING = "Too few pictures are embedded yet to compare how both models paint."


def appearance(study: Study) -> AppearancePart:
    """What can be said of look and variety."""
    found = study.appearance
    if found is None:
        return AppearancePart(lead=NOTHING, rows=())
    lead = (
        f"{counted(found.pairs, 'pair')} of pictures as points in the space of {line(found.space, 80)}. This says "
        "different or alike, never better or worse: quality is decided above, by the judge."
    )
    return AppearancePart(lead=lead, rows=(_look(found), _variety(found)))


def _look(found: Appearance) -> AppearanceRow:
    said = (
        "The candidate's pictures look different."
        if found.different
        else "No difference in the look of the pictures is shown."
    )
    p_value = f"p {found.p_value:.3f}" if found.p_value > 0.001 else "p at most 0.001"
    return AppearanceRow(
        label="Look",
        said=said,
        numbers=f"the centre moved by {trimmed(found.shift, 2)} spreads of the incumbent; distance "
        f"{found.distance:.4f}, {p_value} (swaps within pairs)",
    )


def _variety(found: Appearance) -> AppearanceRow:
    said = "No change in variety is shown."
    if found.less_various:
        said = "The candidate's pictures resemble each other more: less variety."
    elif found.more_various:
        said = "The candidate's pictures resemble each other less: more variety."
    low, high = (signed(100 * end) for end in found.interval)
    return AppearanceRow(
        label="Variety",
        said=said,
        numbers=f"{signed(100 * found.change)} % ({low} to {high} %, {percent(100 * found.level)} interval); as if "
        f"{found.vendi_incumbent:,.0f} and {found.vendi_candidate:,.0f} wholly different pictures",
    )
