"""The model ids the emulator serves: what each makes, in which sizes, for how many tokens, and until when.

Sizes, token counts and shutdown dates are those of the Gemini API documentation (image generation, models, changelog)
as read in November 2026. Shutdown dates change: they decide here only which ids answer 404.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

Size = tuple[int, int]

# Width and height at 1K. The other sizes are exact multiples of it.
_FIRST_TEN = MappingProxyType(
    {
        "1:1": (1024, 1024),
        "2:3": (848, 1264),
        "3:2": (1264, 848),
        "3:4": (896, 1200),
        "4:3": (1200, 896),
        "4:5": (928, 1152),
        "5:4": (1152, 928),
        "9:16": (768, 1376),
        "16:9": (1376, 768),
        "21:9": (1584, 672),
    }
)
_ALL_FOURTEEN = MappingProxyType(
    {**_FIRST_TEN, "1:4": (512, 2048), "4:1": (2048, 512), "1:8": (384, 3072), "8:1": (3072, 384)}
)
_SECOND_GENERATION = MappingProxyType(
    {
        "1:1": (1024, 1024),
        "2:3": (832, 1248),
        "3:2": (1248, 832),
        "3:4": (864, 1184),
        "4:3": (1184, 864),
        "4:5": (896, 1152),
        "5:4": (1152, 896),
        "9:16": (768, 1344),
        "16:9": (1344, 768),
        "21:9": (1536, 672),
    }
)
# At 512 the documentation prints 792 x 168 for 21:9, which is no 21:9; half of the 1K size is taken instead.
_SCALES = MappingProxyType({"512": 0.5, "1K": 1.0, "2K": 2.0, "4K": 4.0})


class Kind(StrEnum):
    """What a model makes."""

    PICTURE = "picture"
    TEXT = "text"
    VECTOR = "vector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model id. `tokens` gives the output tokens of a picture by image size and so lists the sizes on offer."""

    name: str
    title: str
    kind: Kind
    tokens: Mapping[str, int] = field(default_factory=dict)
    ratios: Mapping[str, Size] = field(default_factory=dict)
    shutdown: date | None = None
    thinks: bool = True

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods it answers to, as the model list names them."""
        if self.kind is Kind.VECTOR:
            return ("embedContent", "batchEmbedContents", "countTokens", "asyncBatchEmbedContent")
        return ("generateContent", "streamGenerateContent", "countTokens", "batchGenerateContent")

    def serves(self, today: date) -> bool:
        """Whether the model still answers on that day: it is gone from the day of its shutdown on."""
        return self.shutdown is None or today < self.shutdown

    def pixels(self, ratio: str, image_size: str) -> Size | None:
        """Width and height of a picture, or None for what the model does not offer."""
        if ratio not in self.ratios or image_size not in self.tokens:
            return None
        scale = _SCALES[image_size]
        width, height = self.ratios[ratio]
        return round(width * scale), round(height * scale)

    def nearest_ratio(self, size: Size) -> str:
        """The ratio on offer that a picture of `size` comes closest to."""
        wanted = size[0] / size[1]
        return min(self.ratios, key=lambda ratio: abs(self.ratios[ratio][0] / self.ratios[ratio][1] / wanted - 1))


def _flash(name: str, title: str, *, shutdown: date | None = None) -> Model:
    tokens = MappingProxyType({"512": 747, "1K": 1120, "2K": 1680, "4K": 2520})
    return Model(name=name, title=title, kind=Kind.PICTURE, tokens=tokens, ratios=_ALL_FOURTEEN, shutdown=shutdown)


def _pro(name: str, title: str, *, shutdown: date | None = None) -> Model:
    tokens = MappingProxyType({"1K": 1120, "2K": 1120, "4K": 2000})
    return Model(name=name, title=title, kind=Kind.PICTURE, tokens=tokens, ratios=_FIRST_TEN, shutdown=shutdown)


def _text(name: str, title: str) -> Model:
    return Model(name=name, title=title, kind=Kind.TEXT)


_ALL = (
    Model(
        name="gemini-2.5-flash-image",
        title="Gemini 2.5 Flash Image",
        kind=Kind.PICTURE,
        tokens=MappingProxyType({"1K": 1290}),
        ratios=_SECOND_GENERATION,
        shutdown=date(2026, 10, 2),
        thinks=False,
    ),
    _pro("gemini-3-pro-image-preview", "Gemini 3 Pro Image Preview", shutdown=date(2026, 6, 25)),
    _pro("gemini-3-pro-image", "Gemini 3 Pro Image"),
    _flash("gemini-3.1-flash-image-preview", "Gemini 3.1 Flash Image Preview", shutdown=date(2026, 6, 25)),
    _flash("gemini-3.1-flash-image", "Gemini 3.1 Flash Image", shutdown=date(2026, 10, 29)),
    Model(
        name="gemini-3.1-flash-lite-image",
        title="Gemini 3.1 Flash-Lite Image",
        kind=Kind.PICTURE,
        tokens=MappingProxyType({"1K": 1120}),
        ratios=_ALL_FOURTEEN,
    ),
    Model(
        name="gemini-nano-banana-2.1",
        title="Nano Banana 2.1",
        kind=Kind.PICTURE,
        tokens=MappingProxyType({"1K": 1120, "2K": 1680, "4K": 2520}),
        ratios=_ALL_FOURTEEN,
    ),
    _text("gemini-3.5-flash", "Gemini 3.5 Flash"),
    _text("gemini-3.6-flash", "Gemini 3.6 Flash"),
    _text("gemini-3.7-flash", "Gemini 3.7 Flash"),
    _text("gemini-3.8-flash", "Gemini 3.8 Flash"),
    Model(name="gemini-embedding-2", title="Gemini Embedding 2", kind=Kind.VECTOR, thinks=False),
)

MODELS: MappingProxyType[str, Model] = MappingProxyType({model.name: model for model in _ALL})
