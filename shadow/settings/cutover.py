"""[cutover]: how live traffic follows."""

from pydantic import Field

from shadow.settings.block import Settings


class CutoverSettings(Settings):
    """[cutover]: how live traffic follows."""

    poll_seconds: float = Field(
        0.5, gt=0, le=2, description="Seconds between two looks at the cutover state; at most 2."
    )
