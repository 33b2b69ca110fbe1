"""What a call costs: the prices that ship, what a call may cost at most, and what it did cost.

Money is whole nano-USD, so that sums are exact and the same in every process. Estimates are meant to be too high:
a word is counted as one token per character, thoughts as `THOUGHT_TOKENS`.
"""

import difflib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from shadow.brief import Brief, Text
from shadow.errors import ConfigError
from shadow.settings import Config, GateSettings, PriceSettings

NANO = 1_000_000_000
"""Nano-USD in one USD."""
DEFAULT_SIZE = "1K"
"""Size of a picture that nobody asked a size of (https://ai.google.dev/gemini-api/docs/image-generation)."""
IMAGE_TOKENS: Mapping[str, int] = {"512": 747, "1K": 1120, "2K": 1680, "4K": 2520}
"""Tokens of one picture that comes out, by size: the larger of two tables that Google gives for one model."""
PICTURE_TOKENS = 1120
"""Tokens of one picture that goes in, at most (https://ai.google.dev/gemini-api/docs/media-resolution, high)."""
THOUGHT_TOKENS = 2_000
"""Tokens that a model thinks or writes beside its picture or score: allowed for, not measured."""
JUDGE_FRAME = 1_500
"""Characters that a judge is told beside rubric and brief: allowed for."""
TIERS: Mapping[str, float] = {"priority": 2.0, "flex": 0.5}
"""What `service_tier` multiplies a price by, at most (https://ai.google.dev/gemini-api/docs/pricing)."""

_TABLE = date(2026, 7, 22)
_LIST = "pydantic/genai-prices, google.yml, after https://ai.google.dev/gemini-api/docs/pricing"
_GUIDE = "aifreeapi.com, gemini-3-pro-image-preview-pricing, after https://ai.google.dev/gemini-api/docs/pricing"
_FLASH_GUIDE = (
    "aifreeapi.com, gemini-flash-image-generation-pricing, after https://ai.google.dev/gemini-api/docs/pricing"
)
_PRO = {"1K": 0.134, "2K": 0.134, "4K": 0.24}
_FLASH = {"512": 0.045, "1K": 0.067, "2K": 0.101, "4K": 0.151}

PRICES: Mapping[str, PriceSettings] = {
    "gemini-3-pro-image": PriceSettings(
        as_of=_TABLE, source=_LIST, input=2.0, output=12.0, image=120.0, per_image=_PRO
    ),
    "gemini-3-pro-image-preview": PriceSettings(
        as_of=date(2026, 3, 24), source=_GUIDE, input=2.0, output=12.0, image=120.0, per_image=_PRO
    ),
    # One reseller says 0.25 for input: the dearer one stands here.
    "gemini-3.1-flash-image": PriceSettings(
        as_of=_TABLE, source=_LIST, input=0.5, output=3.0, image=60.0, per_image=_FLASH, uncertain=True
    ),
    # AI Studio showed twice as much for words.
    "gemini-3.1-flash-image-preview": PriceSettings(
        as_of=date(2026, 3, 24),
        source=_FLASH_GUIDE,
        input=0.5,
        output=3.0,
        image=60.0,
        per_image=_FLASH,
        uncertain=True,
    ),
    "gemini-3.1-flash-lite-image": PriceSettings(
        as_of=_TABLE, source=_LIST, input=0.25, output=1.5, image=30.0, per_image={"1K": 0.0336}
    ),
    "gemini-nano-banana-2.1": PriceSettings(
        as_of=date(2026, 10, 6),
        source="BerriAI/litellm discussion 44983, after the changelog of 2026-10-06",
        input=1.5,
        output=7.5,
        image=30.0,
        per_image={"1K": 0.0336},
        uncertain=True,
    ),
    "gemini-2.5-flash-image": PriceSettings(
        as_of=_TABLE, source=_LIST, input=0.3, output=2.5, image=30.0, per_image={"1K": 0.039}
    ),
    "gemini-3.5-flash": PriceSettings(as_of=_TABLE, source=_LIST, input=1.5, output=9.0),
    # Through 2026-12-31 only.
    "gemini-3.8-flash": PriceSettings(
        as_of=date(2026, 10, 7),
        source="https://ai.google.dev/gemini-api/docs/pricing as transcribed by api-evangelist/deepmind",
        input=0.75,
        output=3.75,
        uncertain=True,
    ),
    "gemini-embedding-2": PriceSettings(
        as_of=_TABLE,
        source="vercel.com/ai-gateway/models/gemini-embedding-2 for words, tokencost and zilliz for pictures",
        input=0.2,
        input_image=0.45,
        uncertain=True,
    ),
}
"""Prices that hold where [prices] of config.toml says nothing else. They change: check them before relying on them."""


class Step(StrEnum):
    """What is paid for."""

    IMAGE = "image"
    EMBEDDING = "embedding"
    JUDGEMENT = "judgement"


FREE_PROVIDERS = frozenset({"folder", "replay"})
"""Providers that bill nobody: their models need no price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one call was billed for, as the API counted it; all zero where surely nothing was billed."""

    input_tokens: int = 0
    """Words that went in."""
    picture_tokens: int = 0
    """Pictures that went in."""
    output_tokens: int = 0
    """Words and thoughts that came out."""
    image_tokens: int = 0
    """Pictures that came out."""
    images: int = 0
    """The same by number: what is paid for where no tokens of theirs are counted or priced."""


def cost(price: PriceSettings, usage: Usage, *, size: str = DEFAULT_SIZE, tier: str = "") -> int:
    """Nano-USD that `usage` costs, rounded up. `size` is the image size asked, `tier` the service tier.

    Tokens of a kind that has no price of its own cost as much as the dearest kind that has one.
    """
    dearest = max(price.rates, default=0.0)
    entering = dearest if price.input is None else price.input
    # Tokens times USD per million tokens are micro-USD.
    micro = (
        usage.input_tokens * entering
        + usage.picture_tokens * (entering if price.input_image is None else price.input_image)
        + usage.output_tokens * (dearest if price.output is None else price.output)
        + _painted(price, usage, size)
    )
    return math.ceil(round(micro * TIERS.get(tier, 1.0) * 1_000, 3))


def _painted(price: PriceSettings, usage: Usage, size: str) -> float:
    """Micro-USD of the pictures that came out; of a size that nobody knows, the dearest."""
    if price.per_image and not (usage.image_tokens and price.image is not None):
        return usage.images * price.per_image.get(size, max(price.per_image.values())) * 1e6
    tokens = usage.image_tokens or usage.images * IMAGE_TOKENS.get(size, max(IMAGE_TOKENS.values()))
    return tokens * (max(price.rates, default=0.0) if price.image is None else price.image)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What the calls of one migration cost."""

    prices: Mapping[str, PriceSettings] | None
    """By model id; None where the provider bills nobody."""
    gate: GateSettings
    """Says which layers ask which model."""

    def generation(self, brief: Brief, model: str) -> int:
        """Nano-USD that one picture of `model` for `brief` may cost."""
        references = sum(not isinstance(part, Text) for part in brief.parts)
        asked = brief.settings.get("candidate_count")
        usage = Usage(
            input_tokens=len(brief.prompt) + len(brief.settings_json),
            picture_tokens=references * PICTURE_TOKENS,
            output_tokens=THOUGHT_TOKENS,
            images=asked if isinstance(asked, int) and asked > 0 else 1,
        )
        return self.spent(model, usage, brief)

    def embedding(self, model: str, *, characters: int, pictures: int) -> int:
        """Nano-USD that one embedding of so much may cost."""
        return self.spent(model, Usage(input_tokens=characters, picture_tokens=pictures * PICTURE_TOKENS))

    def judgement(self, model: str, *, characters: int, pictures: int = 1) -> int:
        """Nano-USD that one judgement of so many pictures may cost; `characters` of everything the judge is told."""
        usage = Usage(input_tokens=characters, picture_tokens=pictures * PICTURE_TOKENS, output_tokens=THOUGHT_TOKENS)
        return self.spent(model, usage)

    def pair(self, brief: Brief, model: str) -> dict[tuple[str, Step], int]:
        """What a capture may cost by model and step: the picture of `model`, and the gate for both pictures.

        The same whatever the live call brought: what decides over a capture must not know its outcome.
        """
        return {(model, Step.IMAGE): self.generation(brief, model), **self._looks(brief, 2)}

    def second_draw(self, brief: Brief, model: str) -> dict[tuple[str, Step], int]:
        """What one more picture of `model` may cost, with the gate for it; as in `pair`."""
        return {(model, Step.IMAGE): self.generation(brief, model), **self._looks(brief, 1)}

    def judgements(self, brief: Brief, *, times: int, pictures: int = 1) -> dict[tuple[str, Step], int]:
        """What so many judgements of so many pictures each may cost; nothing where no judge is in the gate."""
        if "judge" not in self.gate.layers:
            return {}
        judge = self.gate.judge
        characters = len(brief.prompt) + judge.characters + JUDGE_FRAME
        nano = self.judgement(judge.model, characters=characters, pictures=pictures)
        return {(judge.model, Step.JUDGEMENT): times * nano}

    def _looks(self, brief: Brief, pictures: int) -> dict[tuple[str, Step], int]:
        """What the gate may cost for so many pictures."""
        parts = self.judgements(brief, times=pictures)
        if "similarity" in self.gate.layers:
            embedder = self.gate.similarity.model
            nano = self.embedding(embedder, characters=len(brief.prompt), pictures=1)
            parts = {(embedder, Step.EMBEDDING): pictures * nano, **parts}
        return parts

    def spent(self, model: str, usage: Usage, brief: Brief | None = None) -> int:
        """Nano-USD that `usage` of `model` costs. Raises `ConfigError` for a model without a price."""
        if self.prices is None:
            return 0
        if model not in self.prices:
            raise ConfigError(unpriced(model))
        if brief is None:
            return cost(self.prices[model], usage)
        tier = str(brief.settings.get("service_tier", "")).lower()
        return cost(self.prices[model], usage, size=brief.image_size or DEFAULT_SIZE, tier=tier)


def price_list(overrides: Mapping[str, PriceSettings]) -> dict[str, PriceSettings]:
    """The prices in force: those that ship, and those of config.toml above them."""
    return {**PRICES, **overrides}


def priced_models(config: Config) -> Iterator[tuple[str, str]]:
    """Every model that may be asked for money, with the block that names it."""
    layers = {"similarity": config.gate.similarity.model, "judge": config.gate.judge.model}
    for name, item in config.migration.items():
        if item.provider not in FREE_PROVIDERS:
            yield f"migration.{name}", item.incumbent
            yield f"migration.{name}", item.candidate
            yield from ((f"gate.{layer}", model) for layer, model in layers.items() if layer in config.gate.layers)


def unpriced(model: str, *, today: date | None = None) -> str:
    """What to do about a model that nobody knows the price of: most often its name is misspelt.

    Ends with the block of config.toml to paste, dated `today` (default: by the clock, in UTC).
    """
    near = difflib.get_close_matches(model, PRICES, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return (
        f"{hint}{model!r} has no price, so nothing may be asked of it. If the name is right, add its price:\n"
        f"{block(model, today or datetime.now(UTC).date())}"
    )


def block(model: str, today: date) -> str:
    """The block of config.toml that gives a model a price, to be put right by whoever knows it."""
    return (
        f"[prices.{json.dumps(model)}]\n"
        f"as_of = {today}  # the day you read it\n"
        'source = "not known"  # where you read it\n'
        "per_image = { 1K = 0.0 }  # USD for one picture, by image size; 0.0 where it is free\n"
        "# input = 0.0  # USD per million tokens that go in, and\n"
        "# output = 0.0  # that come out: for a judge or an embedding model, in place of per_image"
    )
