"""Judgements in the shape of a schema."""

import pytest

from shadow.emulator.answers import fill
from shadow.emulator.judge import Judgement

JUDGEMENT = Judgement(score=80, reason="Good.", marks={"contrast": 40, "palette": 100})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "INTEGER"}, 80),
        ({"type": "NUMBER", "minimum": 0.0, "maximum": 1.0}, 0.8),
        ({"type": "integer", "minimum": 1, "maximum": 5}, 4),
        ({"type": "STRING"}, "Good."),
        ({"type": "BOOLEAN"}, True),
        ({"type": "STRING", "enum": ["bad", "fair", "good"]}, "good"),
        ({"type": "ARRAY", "items": {"type": "STRING"}, "minItems": 2}, ["Good.", "Good."]),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 80),
    ],
)
def test_scalars(schema: dict[str, object], value: object) -> None:
    """Numbers keep to their bounds, enums to their steps, strings give the reason."""
    assert fill(schema, JUDGEMENT) == value


def test_objects_have_all_their_properties() -> None:
    """Criteria get the mark of their aspect, unknown ones the score; nested definitions are followed."""
    schema = {
        "type": "object",
        "properties": {
            "score": {"type": "integer"},
            "reason": {"type": "string"},
            "criteria": {"$ref": "#/$defs/Criteria"},
        },
        "$defs": {
            "Criteria": {
                "properties": {"contrast": {"type": "integer"}, "mood_fit": {"type": "number"}},
            }
        },
    }
    assert fill(schema, JUDGEMENT) == {"score": 80, "reason": "Good.", "criteria": {"contrast": 40, "mood_fit": 80.0}}
