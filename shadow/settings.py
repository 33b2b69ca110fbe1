"""The blocks of config.toml as frozen typed settings. Every field says its unit and its default."""

import difflib
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shadow.errors import ConfigError

Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1)]
Money = Annotated[float, Field(ge=0)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseModel):
    """One block of config.toml: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class MigrationSettings(Settings):
    """[migration.NAME]: one model that serves and one that may replace it."""

    incumbent: Name = Field(description="Model id in production.")
    candidate: Name = Field(description="Model id that may replace it.")
    serving: bool = Field(True, description="May move live traffic; at most one such migration per incumbent.")
    sample: Share = Field(1.0, description="Share of briefs to shadow, chosen by brief digest; 0 to 1.")
    provider: Name = Field("gemini", description="Where both models are asked.")
    last_day: date | None = Field(None, description="Last day the incumbent answers (YYYY-MM-DD).")


class PropertiesSettings(Settings):
    """[gate.properties]: what can be measured on the picture itself."""

    max_pixels: int = Field(50_000_000, gt=0, description="Pixels; a picture that declares more is refused undecoded.")
    max_bytes: int = Field(64_000_000, gt=0, description="Bytes; a larger file is refused undecoded.")
    ratio_tolerance: Share = Field(
        0.04, description="Relative deviation from the asked aspect ratio; seen answers are off by up to 0.037."
    )
    size_tolerance: Share = Field(
        0.25, description="Relative deviation of the picture's area from the asked image size's (1K = 1024 x 1024)."
    )
    flat_deviation: float = Field(
        2.0, ge=0, description="Grey levels (0-255); a picture whose deviation is below it is flat: nothing on it."
    )


class SimilaritySettings(Settings):
    """[gate.similarity]: brief and picture as vectors of one space."""

    model: Name = Field("gemini-embedding-2", description="Embedding model id.")
    dimensions: int = Field(768, ge=128, le=3072, description="Length of the vectors; 128 to 3072.")
    floor: float = Field(
        0.05, ge=-1, le=1, description="Cosine below which a picture has nothing to do with its brief: hard failure."
    )


RUBRIC = """\
You judge how well a picture answers a brief. Score 0 to 100:
90-100 everything the brief asks is there, well composed, no visible flaw;
70-89 the brief is met with small flaws in subject, style, light or composition;
50-69 an important part of the brief is missing or wrong, or the picture is visibly poor;
20-49 only loosely related to the brief, or badly broken;
0-19 unrelated or unusable.
Judge only what is visible. Give the reason in one sentence that names the largest flaw."""


class JudgeSettings(Settings):
    """[gate.judge]: a model that looks at brief and picture and scores them."""

    model: Name = Field("gemini-3.5-flash", description="Judge model id; must not be an arm of a migration.")
    rubric: Name = Field(RUBRIC, description="Instructions to the judge. A change opens a new epoch.")


class GateSettings(Settings):
    """[gate]: the three layers and what they share."""

    layers: tuple[Name, ...] = Field(
        ("properties", "similarity", "judge"), strict=False, min_length=1, description="Layers, cheapest first."
    )
    failure_budget: Share = Field(
        0.02, description="Share of the incumbent's own outcomes that all baseline cuts together may fail."
    )
    properties: PropertiesSettings = PropertiesSettings()
    similarity: SimilaritySettings = SimilaritySettings()
    judge: JudgeSettings = JudgeSettings()


class WorkerSettings(Settings):
    """[worker]: the process that asks the other arm, walks the gate and files the pair."""

    threads: int = Field(4, ge=1, le=64, description="Briefs worked on at once.")
    attempts: int = Field(6, ge=1, description="How often a capture is tried before it becomes a dead letter.")
    lease_seconds: float = Field(120.0, gt=1, description="Seconds a capture is held without a sign of life.")
    call_seconds: float = Field(300.0, gt=0, description="Seconds one call to a provider may take.")
    batch_pairs: int = Field(64, ge=1, description="Pairs filed at once.")
    batch_seconds: float = Field(2.0, gt=0, description="Seconds a finished pair waits at most for its batch.")
    key_env: str = Field(
        "", description="Environment variable with the key of the shadow calls; empty: the SDK's own (GEMINI_API_KEY)."
    )
    pause_seconds: float = Field(
        60.0, ge=0, description="Seconds without a shadow generation after a live 429 that names no time itself."
    )
    max_per_minute: Mapping[str, Rate] = Field(
        default_factory=dict, description="Calls per minute by model id, all workers together; not named: no limit."
    )


class BudgetSettings(Settings):
    """[budget]: what the shadow calls may cost, all workers of a home together. `inf` is no limit."""

    usd_per_day: Money = Field(math.inf, description="USD per UTC day; beyond it captures are shed by brief, counted.")
    usd_total: Money = Field(math.inf, description="USD in total, as long as this home's purse exists.")


class PriceSettings(Settings):
    """[prices.MODEL]: what a model costs, when that was read and where."""

    as_of: date = Field(description="Day on which the price was read (YYYY-MM-DD).")
    source: Name = Field(description="Where it was read.")
    input: Money | None = Field(None, description="USD per million tokens of words that go in; else the dearest here.")
    input_image: Money | None = Field(None, description="USD per million tokens of pictures that go in; else `input`.")
    output: Money | None = Field(
        None, description="USD per million tokens of words and thoughts that come out; else the dearest here."
    )
    image: Money | None = Field(None, description="USD per million tokens of pictures that come out; else `per_image`.")
    per_image: Mapping[str, Money] = Field(
        default_factory=dict, description='USD per picture that comes out, by image size ("1K").'
    )
    uncertain: bool = Field(False, description="The sources disagree, or it is not the provider's own page.")

    @property
    def rates(self) -> tuple[float, ...]:
        """Every price per million tokens that is said."""
        return tuple(rate for rate in (self.input, self.input_image, self.output, self.image) if rate is not None)

    @model_validator(mode="after")
    def _says_a_price(self) -> Self:
        if not self.rates and not self.per_image:
            msg = "says no price: give input, output, image or per_image; 0 where it is free"
            raise ValueError(msg)
        return self


class SpoolSettings(Settings):
    """[spool]: where captures wait until a worker settles them."""

    kind: Name = Field("sqlite", description="Which spool.")
    memory_megabytes: float = Field(256.0, gt=0, description="MB of captures held in the live process at most.")
    poll_milliseconds: float = Field(20.0, gt=0, description="ms between two looks of the drain thread.")


class PathsSettings(Settings):
    """[paths]: where everything is kept."""

    home: Name = Field(".shadow", description="Folder of ledger, spool, pictures and cutover state.")


class VerdictSettings(Settings):
    """[verdict]: how much worse is still acceptable, and how sure we want to be."""

    quality_margin: float = Field(2.0, gt=0, le=100, description="Points of quality (0-100) the candidate may lose.")
    gate_failures_margin: Share = Field(
        0.015, gt=0, description="Share of briefs by which the candidate may fail the gate more often."
    )
    tail_rate_margin: Share = Field(
        0.04, gt=0, description="Share of briefs by which the candidate may fall into the incumbent's tail more often."
    )
    errors_margin: Share = Field(
        0.01, gt=0, description="Share of briefs by which the candidate may refuse or fail more often."
    )
    similarity_margin: float = Field(0.01, gt=0, lt=2, description="Cosine the candidate may lose.")
    similarity_range: tuple[float, float] = Field(
        (-1.0, 1.0),
        strict=False,
        description="Cosines that can occur; tighter decides sooner, and one beyond it holds.",
    )
    segments: tuple[Name, ...] = Field(
        (), strict=False, description="Segments that are guards of their own; the rest is one more."
    )
    segment_margin: float = Field(5.0, gt=0, lt=100, description="Points of quality that one segment may lose.")
    latency_limit: float = Field(0.0, ge=0, description="Seconds one call may take; a guard. 0: no limit.")
    tokens_limit: int = Field(0, ge=0, description="Output tokens one call may cost; a guard. 0: no limit.")
    limit_margin: Share = Field(
        0.02, gt=0, description="Share of calls by which the candidate may be beyond a limit more often."
    )
    style_margin: float = Field(
        0.25,
        gt=0,
        description="Standard deviations of the incumbent a feature may shift before a person must accept it.",
    )
    style_guards: tuple[Name, ...] = Field(
        (), strict=False, description="Features that must be shown not to have shifted before a GO."
    )
    population: Name = Field("new briefs", description='What the verdict speaks of: "new briefs" or "my list".')
    alpha_go: float = Field(0.05, gt=0, lt=0.5, description="Chance of ever saying GO to an unacceptable candidate.")
    alpha_rollback: float = Field(
        0.05, gt=0, lt=0.5, description="Chance of ever saying ROLLBACK to an acceptable candidate."
    )
    min_pairs: int = Field(200, ge=1, description="Counted pairs before a GO.")
    min_hours: float = Field(24.0, ge=0, description="Hours of traffic the counted pairs must span before a GO.")
    min_calibration: int = Field(100, ge=20, description="Incumbent outcomes needed to freeze a baseline.")


class CutoverSettings(Settings):
    """[cutover]: how live traffic follows."""

    poll_seconds: float = Field(
        0.5, gt=0, le=2, description="Seconds between two looks at the cutover state; at most 2."
    )


class Config(Settings):
    """Everything config.toml says, with the file it was read from."""

    migration: Mapping[str, MigrationSettings] = Field(default_factory=dict)
    gate: GateSettings = GateSettings()
    worker: WorkerSettings = WorkerSettings()
    budget: BudgetSettings = BudgetSettings()
    prices: Mapping[str, PriceSettings] = Field(default_factory=dict)
    spool: SpoolSettings = SpoolSettings()
    paths: PathsSettings = PathsSettings()
    verdict: VerdictSettings = VerdictSettings()
    cutover: CutoverSettings = CutoverSettings()
    folder: Path = Field(Path(), exclude=True, strict=False)

    @property
    def home(self) -> Path:
        """Absolute folder of ledger, spool, pictures and cutover state."""
        return (self.folder / self.paths.home).resolve()

    def named(self, migration: str | None) -> str:
        """The migration a verb is about: the one named, or the only one there is."""
        names = sorted(self.migration)
        if migration is None and len(names) == 1:
            return names[0]
        if migration is None:
            msg = f"There are several migrations; say which: --migration {' | '.join(names)}"
            raise ConfigError(msg)
        if migration not in self.migration:
            msg = f"No migration named {migration!r}. {legal(migration, names)}"
            raise ConfigError(msg)
        return migration

    def of_model(self, model: str) -> tuple[str, ...]:
        """Names of the migrations whose incumbent is this model, the serving one first."""
        found = [name for name, item in self.migration.items() if item.incumbent == model]
        return tuple(sorted(found, key=lambda name: (not self.migration[name].serving, name)))


def legal(wrong: str, names: list[str]) -> str:
    """The legal names in a sentence, the nearest to the wrong one first."""
    near = difflib.get_close_matches(wrong, names, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return f"{hint}Legal: {', '.join(sorted(names))}."
