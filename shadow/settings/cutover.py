"""[cutover]: how live traffic follows the verdict."""

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from shadow.settings.block import Name, Settings, Share

Percent = Annotated[float, Field(gt=0, le=100)]
Pairs = Annotated[int, Field(ge=0)]
Hours = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WindowSettings(Settings):
    """[cutover.window]: when traffic may move up. It falls back at any time."""

    weekdays: tuple[Weekday, ...] = Field(
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=False, min_length=1, description="Days."
    )
    hours: tuple[float, float] = Field(
        (0.0, 24.0), strict=False, description="From, until; where the first is the larger it passes midnight."
    )
    timezone: Name = Field("UTC", description="Of the days and hours, an IANA name.")

    @field_validator("hours")
    @classmethod
    def _within_a_day(cls, hours: tuple[float, float]) -> tuple[float, float]:
        if not all(0 <= hour <= 24 for hour in hours) or hours[0] == hours[1]:
            msg = "two different hours from 0 to 24, such as [9, 17]"
            raise ValueError(msg)
        return hours

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            msg = 'no such time zone; an IANA name such as "Europe/Berlin" or "UTC"'
            raise ValueError(msg) from error
        return name


class HookSettings(Settings):
    """[cutover.hooks]: who is told of every change of traffic and of the verdict."""

    command: tuple[Name, ...] = Field(
        (), strict=False, description="Program and arguments; the event comes on its standard input as JSON."
    )
    url: str = Field(
        "", pattern="^(https?://.+)?$", description="Where the event is posted, signed (Standard Webhooks)."
    )
    secret_env: str = Field("", description="Environment variable with the signing secret (`whsec_...`).")
    timeout_seconds: float = Field(10.0, gt=0, le=60, description="Seconds that one attempt may take.")
    attempts: int = Field(8, ge=1, le=20, description="Attempts, with growing pauses; then it is given up.")

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.url and not self.secret_env:
            msg = "url needs secret_env: the name of the environment variable that holds the signing secret"
            raise ValueError(msg)
        return self


class CutoverSettings(Settings):
    """[cutover]: how live traffic follows the verdict."""

    poll_seconds: float = Field(
        0.5, gt=0, le=2, description="Seconds between two looks at the cutover state; at most 2."
    )
    stages: tuple[Percent, ...] = Field(
        (1.0, 5.0, 25.0, 50.0, 100.0),
        strict=False,
        min_length=1,
        description="Per cent on the candidate, rising to 100.",
    )
    stage_pairs: Pairs | Annotated[tuple[Pairs, ...], Field(strict=False)] = Field(
        100, description="Counted pairs that a stage lasts at least; one number, or one for each stage."
    )
    stage_hours: Hours | Annotated[tuple[Hours, ...], Field(strict=False)] = Field(
        24.0, description="Hours that a stage lasts at least; one number, or one for each stage."
    )
    approve: tuple[Percent, ...] = Field(
        (), strict=False, description="Stages that a person must approve before they are entered."
    )
    reverse_share: Share = Field(
        0.1, description="Share of briefs that is shadowed at 100 %, where the incumbent is asked beside the candidate."
    )
    fallback: bool = Field(
        False, description="Ask the incumbent once where the candidate raises an error for a live request."
    )
    before_sunset_days: float = Field(
        7.0, ge=0, description="Days before the incumbent's end at which `forced` begins."
    )
    forced: Literal["ramp", "alarm"] = Field(
        "alarm", description='What happens then without a GO: "ramp" moves without evidence, "alarm" calls a person.'
    )
    window: WindowSettings = WindowSettings()
    hooks: HookSettings = HookSettings()

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if list(self.stages) != sorted(set(self.stages)) or self.stages[-1] != 100:
            msg = "stages rise to 100, such as [1, 5, 25, 50, 100]"
            raise ValueError(msg)
        for name, lasting in (("stage_pairs", self.stage_pairs), ("stage_hours", self.stage_hours)):
            if isinstance(lasting, tuple) and len(lasting) != len(self.stages):
                msg = f"{name} is one number, or one for each of the {len(self.stages)} stages"
                raise ValueError(msg)
        if unknown := sorted(set(self.approve) - set(self.stages)):
            msg = f"approve names {unknown[0]:g}, which is no stage"
            raise ValueError(msg)
        return self
