"""The model pages: a list in pages, and one model."""

from collections.abc import Mapping
from datetime import date

from shadow.emulator.errors import invalid
from shadow.emulator.models import MODELS, Kind, Model
from shadow.emulator.wire import Json

_PAGE = 50
_INPUT_LIMITS = {Kind.PICTURE: 131_072, Kind.TEXT: 1_048_576, Kind.VECTOR: 8_192}
_OUTPUT_LIMITS = {Kind.PICTURE: 32_768, Kind.TEXT: 65_536, Kind.VECTOR: 1}


def model_page(model: Model) -> Json:
    """One model as `models.get` answers it."""
    return {
        "name": f"models/{model.name}",
        "version": "001",
        "displayName": model.title,
        "description": f"{model.title}, emulated offline.",
        "inputTokenLimit": _INPUT_LIMITS[model.kind],
        "outputTokenLimit": _OUTPUT_LIMITS[model.kind],
        "supportedGenerationMethods": list(model.methods),
        "thinking": model.thinks,
    }


def model_list(query: Mapping[str, str], today: date) -> Json:
    """The models that answer on `today`, `pageSize` at a time from `pageToken` on. Raises ApiError 400."""
    served = [model_page(model) for model in MODELS.values() if model.serves(today)]
    start, size = _number(query, "pageToken", 0), _number(query, "pageSize", _PAGE) or _PAGE
    page: Json = {"models": served[start : start + size]}
    return page | {"nextPageToken": str(start + size)} if start + size < len(served) else page


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name) or str(default)
    if not text.isdecimal():
        raise invalid(why=f"Invalid value for {name}: {text}")
    return int(text)
