"""What the template may see."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from markupsafe import Markup
from report_studies import empty, go, hold, hostile, rollback, uncalibrated

from analysis.results import Study
from reports.context import NOT_SEEN, context


def leaves(value: object) -> Iterator[object]:
    """Every value in a tree of dataclasses and tuples."""
    if is_dataclass(value):
        for field in fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


@pytest.mark.parametrize("study", [go(), hold(), rollback(), uncalibrated(), empty(), hostile()])
def test_the_template_sees_worded_values_only(study: Study) -> None:
    """Strings, the size of pictures, one flag, nothing; and only our own SVG counts as safe markup."""
    for leaf in leaves(context(study, picture=lambda _: None)):
        assert leaf is None or isinstance(leaf, str | bool | int)
        if isinstance(leaf, Markup):
            assert leaf.startswith('<svg class="chart ')


def test_models_that_never_answered_are_said_to_be_unseen() -> None:
    """An empty ledger does not know their names."""
    made = context(empty(), picture=lambda _: None)
    assert made.incumbent == made.candidate == NOT_SEEN
