"""[noise]: what is spent on knowing how much the instruments differ from themselves."""

from typing import Self

from pydantic import Field, model_validator

from shadow.settings.block import Settings, Share


class NoiseSettings(Settings):
    """[noise]: the incumbent drawn twice, pictures judged twice, and frozen pictures judged again each day."""

    second_draws: Share = Field(
        0.05, description="Share of briefs for which the incumbent is asked once more, chosen by brief; 0 to 1."
    )
    second_judgements: Share = Field(
        0.05, description="Share of briefs whose incumbent picture is judged twice; other briefs than those."
    )
    anchors: int = Field(
        50, ge=0, le=1000, description="Pictures of the calibration that are judged again each UTC day; 0: none."
    )
    anchor_margin: float = Field(
        2.0, gt=0, lt=100, description="Points by which the judge may drift on them before the verdict holds."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.second_draws + self.second_judgements > 1:
            msg = (
                f"second_draws = {self.second_draws:g} and second_judgements = {self.second_judgements:g} are shares "
                "of different briefs and must not add up to more than 1"
            )
            raise ValueError(msg)
        return self
