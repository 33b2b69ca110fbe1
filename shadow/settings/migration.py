"""[migration.NAME]: what is compared with what."""

from datetime import date

from pydantic import Field

from shadow.settings.block import Name, Settings, Share


class MigrationSettings(Settings):
    """[migration.NAME]: one model that serves and one that may replace it."""

    incumbent: Name = Field(description="Model id in production.")
    candidate: Name = Field(description="Model id that may replace it.")
    serving: bool = Field(True, description="May move live traffic; at most one such migration per incumbent.")
    sample: Share = Field(1.0, description="Share of briefs to shadow, chosen by brief digest; 0 to 1.")
    provider: Name = Field("gemini", description="Where both models are asked.")
    last_day: date | None = Field(None, description="Last day the incumbent answers (YYYY-MM-DD).")
