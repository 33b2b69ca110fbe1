"""A judgement in the shape that a request's schema asks for."""

from collections.abc import Mapping
from typing import cast

from shadow.emulator.judge import Judgement

Schema = Mapping[str, object]


def fill(schema: Schema, judgement: Judgement) -> object:
    """A value that fits an OpenAPI or JSON schema.

    Numbers become the score (or the mark of the aspect their name contains) on the scale of their minimum and maximum,
    strings the reason, enums the step that the score reaches, booleans whether it reaches the middle.
    """
    return _fill(schema, "score", judgement, cast(Schema, schema.get("$defs") or {}))


def _fill(schema: Schema, name: str, judgement: Judgement, definitions: Schema) -> object:
    schema = _resolved(schema, definitions)
    mark = _mark(name, judgement)
    match str(schema.get("type", "object" if "properties" in schema else "string")).lower():
        case _ if "enum" in schema:
            steps = cast("list[object]", schema["enum"])
            return steps[round(mark / 100 * (len(steps) - 1))]
        case "object":
            fields = cast("Mapping[str, Schema]", schema.get("properties") or {})
            return {field: _fill(inner, field, judgement, definitions) for field, inner in fields.items()}
        case "array":
            items = cast(Schema, schema.get("items") or {"type": "string"})
            return [_fill(items, name, judgement, definitions)] * max(1, int(cast(int, schema.get("minItems", 1))))
        case "integer":
            return round(_scaled(mark, schema))
        case "number":
            return round(_scaled(mark, schema), 2)
        case "boolean":
            return mark >= 50
        case _:
            return judgement.reason


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    """The schema behind a `$ref`, or the first choice of an `anyOf` that is not null."""
    if "$ref" in schema:
        return cast(Schema, definitions.get(str(schema["$ref"]).rsplit("/", 1)[-1], {}))
    choices = [choice for choice in cast("list[Schema]", schema.get("anyOf") or []) if choice.get("type") != "null"]
    return _resolved(choices[0], definitions) if choices else schema


def _mark(name: str, judgement: Judgement) -> int:
    return next((mark for aspect, mark in judgement.marks.items() if aspect in name.lower()), judgement.score)


def _scaled(mark: int, schema: Schema) -> float:
    least = float(cast(float, schema.get("minimum", 0)))
    most = float(cast(float, schema.get("maximum", 100 if least < 100 else least)))
    return least + mark / 100 * (most - least)
