"""[worker] and [spool]: the hands."""

from collections.abc import Mapping

from pydantic import Field

from shadow.settings.block import Name, Rate, Settings


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


class SpoolSettings(Settings):
    """[spool]: where captures wait until a worker settles them."""

    kind: Name = Field("sqlite", description="Which spool.")
    memory_megabytes: float = Field(256.0, gt=0, description="MB of captures held in the live process at most.")
    poll_milliseconds: float = Field(20.0, gt=0, description="ms between two looks of the drain thread.")
