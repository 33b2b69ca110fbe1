"""[gate]: the three layers."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from shadow.settings.block import Name, Settings, Share

SCREEN = r"^[1-9][0-9]{0,5}x[1-9][0-9]{0,5}$"
TargetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


class TargetSettings(Settings):
    """[gate.properties.targets.NAME]: a screen that a picture must fill; `NAME = "1440x3200"` for the size alone."""

    size: str = Field(pattern=SCREEN, description='Pixels of the screen, "WIDTHxHEIGHT".')
    safe_area: float = Field(
        0.9,
        gt=0,
        le=1,
        description="Share of each side, about the middle, where nothing of the screen hides a subject.",
    )
    max_loss: Share = Field(
        1.0, description="Share of the subject's salience that the crop may cut off; more is a hard failure. 1: never."
    )
    min_resolution: float = Field(
        0.0, ge=0, description="Pixels of the picture for each of the screen; less is a hard failure. 0: never."
    )

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: object) -> object:
        return {"size": value} if isinstance(value, str) else value

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.size.split("x")[0])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.size.split("x")[1])


class PropertiesSettings(Settings):
    """[gate.properties]: what can be measured on the picture itself."""

    max_pixels: int = Field(50_000_000, gt=0, description="Pixels; a picture that declares more is refused undecoded.")
    max_bytes: int = Field(64_000_000, gt=0, description="Bytes; a larger file is refused undecoded.")
    max_seconds: float = Field(
        10.0,
        gt=0,
        le=3600,
        description="Seconds of processor time for decoding and measuring; beyond it the picture is refused.",
    )
    ratio_tolerance: Share = Field(
        0.04, description="Relative deviation from the asked aspect ratio; seen answers are off by up to 0.037."
    )
    size_tolerance: Share = Field(
        0.25, description="Relative deviation of the picture's area from the asked image size's (1K = 1024 x 1024)."
    )
    flat_deviation: float = Field(
        2.0, ge=0, description="Grey levels (0-255); a picture whose deviation is below it is flat: nothing on it."
    )
    max_bars: Share = Field(
        1.0, description="Share of the picture in bars of one tone (letterbox); more is a hard failure. 1: never."
    )
    targets: Mapping[TargetName, TargetSettings] = Field(default_factory=dict)


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


class CriterionSettings(Settings):
    """[gate.judge.criteria.NAME]: one thing that the judge marks by itself; the score is the mean of all marks."""

    weight: float = Field(1.0, gt=0, allow_inf_nan=False, description="How much its mark counts beside the others.")
    text: Name = Field(description="What the judge is told to look at.")


CriterionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class JudgeSettings(Settings):
    """[gate.judge]: a model that looks at brief and picture and scores them."""

    model: Name = Field("gemini-3.5-flash", description="Judge model id, pinned; must not be an arm of a migration.")
    rubric: Name = Field(RUBRIC, description="Instructions to the judge. A change opens a new epoch.")
    criteria: Mapping[CriterionName, CriterionSettings] = Field(
        default_factory=dict, description="Marked one by one; none: the judge gives one score."
    )
    pairwise: Share = Field(
        0.0, description="Share of pairs judged side by side too, in both orders, chosen by brief. Advisory."
    )

    @property
    def digest(self) -> str:
        """Names what the judge is told: sha256 (hex) of the rubric, and of the criteria with their weights."""
        told = self.rubric.strip()
        if self.criteria:
            marked = {name: [item.weight, item.text.strip()] for name, item in self.criteria.items()}
            told = json.dumps([told, marked], ensure_ascii=False)
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def characters(self) -> int:
        """Characters of everything that the judge is told by these settings."""
        return len(self.rubric) + sum(len(name) + len(item.text) for name, item in self.criteria.items())


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
