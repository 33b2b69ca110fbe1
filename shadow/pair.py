"""The nouns of a comparison: arms, outcomes, captures, pairs. Values only, standard library only."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from shadow.brief import Brief
from shadow.finding import Finding


class Arm(StrEnum):
    """The model in production, or the one that may replace it."""

    INCUMBENT = "incumbent"
    CANDIDATE = "candidate"

    @property
    def other(self) -> "Arm":
        """The arm that is compared with this one."""
        return Arm.CANDIDATE if self is Arm.INCUMBENT else Arm.INCUMBENT


class Role(StrEnum):
    """Who asked: the caller (live) or the worker (shadow). Latency is compared only within one role."""

    LIVE = "live"
    SHADOW = "shadow"


class OutcomeKind(StrEnum):
    """What an arm made of a brief. The first three are the model's; the last is nobody's quality."""

    IMAGE = "image"
    REFUSAL = "refusal"
    """The model declined: safety, policy, prompt block, or words instead of a picture."""
    FAILURE = "failure"
    """The model answered without a usable answer: empty, malformed, cut off, rejected as invalid."""
    INFRASTRUCTURE = "infrastructure"
    """429, 5xx, timeouts, lost connections: never scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The bytes of a picture under their sha256, with the media type told by the bytes."""

    data: bytes = field(repr=False)
    digest: str
    mime: str

    @classmethod
    def of(cls, data: bytes) -> "Image":
        """The image these bytes are."""
        return cls(data=data, digest=hashlib.sha256(data).hexdigest(), mime=media_type(data))


ReadsImage = Callable[[str], Image]
"""Digest to image; raises `StoreBroken` where it is gone."""

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


def media_type(data: bytes) -> str:
    """The media type that the first bytes tell; `application/octet-stream` where they tell none.

    The declared type is never believed: Gemini answers JPEG or PNG as it likes.
    """
    for signature, mime in SIGNATURES:
        if data.startswith(signature):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one arm made of one brief: an image, a refusal or a failure; with latency and tokens."""

    kind: OutcomeKind
    model: str
    image: Image | None = None
    label: str = ""
    """Why there is no image, short and countable: a finish reason, a block reason, "429 RESOURCE_EXHAUSTED"."""
    detail: str = ""
    """The same in a sentence, bounded in length, never holding a key."""
    model_version: str = ""
    response_id: str = ""
    latency: float = 0.0
    """Seconds from request to answer, monotonic clock."""
    started_at: float = 0.0
    """Unix time of the request, seconds."""
    prompt_tokens: int = 0
    output_tokens: int = 0
    thought_tokens: int = 0
    retry_after: float | None = None
    """Seconds the API asked us to wait (429 RetryInfo), where it did."""

    def to_record(self) -> dict[str, Any]:
        """A JSON-ready form; the image by digest and media type, its bytes left in the picture store."""
        record = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "image"}
        record["kind"] = str(self.kind)
        record["picture"] = self.image.digest if self.image else None
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any], read: ReadsImage) -> "Outcome":
        """The outcome that `to_record` wrote; `read` finds the picture of a digest."""
        values = {key: value for key, value in record.items() if key != "picture"}
        image = read(record["picture"]) if record["picture"] else None
        return cls(**{**values, "kind": OutcomeKind(record["kind"]), "image": image})


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What the live path saw, handed over to be shadowed. `capture_id` is unique for ever."""

    capture_id: str
    migration: str
    brief: Brief
    arm: Arm
    """The arm that served."""
    outcome: Outcome
    dispatched_at: float
    """Unix time at which the caller asked, seconds."""
    key_hash: str = ""
    """Hash of the assignment key; the key itself is never kept."""
    segment: str = ""
    cluster: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """A JSON-ready form that `from_record` reads back unchanged, pictures by digest."""
        record = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **record,
            "brief": self.brief.to_record(),
            "arm": str(self.arm),
            "outcome": self.outcome.to_record(),
            "tags": dict(self.tags),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any], read: ReadsImage) -> "Capture":
        """The capture that `to_record` wrote; `read` finds the picture of a digest."""
        read_back = {
            "brief": Brief.from_record(record["brief"]),
            "arm": Arm(record["arm"]),
            "outcome": Outcome.from_record(record["outcome"], read),
        }
        return cls(**{**record, **read_back})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the judge said of both arms' pictures side by side, in one order."""

    first: Arm
    """Whose picture was shown first."""
    preferred: Arm | None = None
    """None for a tie, and where nothing is known."""
    missing: str | None = None
    """A countable label where nothing is known."""
    reason: str = ""

    def to_record(self) -> dict[str, Any]:
        """A JSON-ready form that `from_record` reads back unchanged."""
        preferred = None if self.preferred is None else str(self.preferred)
        return {"first": str(self.first), "preferred": preferred, "missing": self.missing, "reason": self.reason}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Comparison":
        """The comparison that `to_record` wrote."""
        preferred = None if record["preferred"] is None else Arm(record["preferred"])
        return cls(**{**record, "first": Arm(record["first"]), "preferred": preferred})


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An outcome of one arm with what the gate found, layer by layer as far as the walk went."""

    arm: Arm
    role: Role
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    draw: int = 1
    """The n-th outcome of the same arm for the same brief; draw 2 of the incumbent measures noise."""
    attempts: int = 1
    comparisons: tuple[Comparison, ...] = ()
    """Of the candidate's first draw: side by side with the incumbent's."""

    def to_record(self) -> dict[str, Any]:
        """A JSON-ready form that `from_record` reads back unchanged, the picture by digest."""
        return {
            "arm": str(self.arm),
            "role": str(self.role),
            "outcome": self.outcome.to_record(),
            "findings": [finding.to_record() for finding in self.findings],
            "draw": self.draw,
            "attempts": self.attempts,
            "comparisons": [comparison.to_record() for comparison in self.comparisons],
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any], read: ReadsImage) -> "Examined":
        """The examined outcome that `to_record` wrote; `read` finds the picture of a digest."""
        return cls(
            arm=Arm(record["arm"]),
            role=Role(record["role"]),
            outcome=Outcome.from_record(record["outcome"], read),
            findings=tuple(Finding.from_record(item) for item in record["findings"]),
            draw=record["draw"],
            attempts=record["attempts"],
            # A spool may hold what an earlier version kept.
            comparisons=tuple(Comparison.from_record(item) for item in record.get("comparisons", ())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One brief with the outcomes of both arms."""

    capture: Capture
    sequence: int
    """Order of acceptance by the spool; evidence is counted in this order."""
    examined: tuple[Examined, ...]
    filed_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Captures that will never become a pair, counted by reason, process and minute."""

    loss_id: str
    """Unique for ever, so that carrying a loss on twice counts it once."""
    migration: str
    minute: float
    """Unix time of the start of the minute."""
    process: str
    reason: str
    """A countable label: "sampled out", "memory full", "unreadable request"."""
    count: int
