"""What one layer of the gate found about one outcome."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one layer found: score, features, hard failure or none, the reason in words. Never whether it "passed".

    Whether an outcome passes is decided when the ledger is read, against a named baseline version.
    """

    layer: str
    score: float | None = None
    """The layer's own scale: similarity a cosine in [-1, 1], judge points in [0, 100]; None where it has none."""
    features: Mapping[str, float] = field(default_factory=dict)
    """Continuous measurements by name; they are described and never gate."""
    hard_failure: str | None = None
    """A countable label ("undecodable", "wrong ratio", "below floor"): the outcome is unusable and the walk stops."""
    missing: str | None = None
    """A countable label where the layer itself failed ("bad json", "truncated", "blocked"): nothing is known."""
    reason: str = ""
    """One sentence for a person."""
    scoring: str = ""
    """Digest of the settings it was made under (`shadow.gates.scoring`); "" where nobody said."""
    vector: bytes = field(default=b"", repr=False)
    """The picture's embedding, where the layer made one: float16, little endian, of unit length."""
    space: str = ""
    """The space of that vector, model and length; vectors of two spaces cannot be compared."""

    def to_record(self) -> dict[str, Any]:
        """A JSON-ready form that `from_record` reads back unchanged."""
        return {
            "layer": self.layer,
            "score": self.score,
            "features": dict(self.features),
            "hard_failure": self.hard_failure,
            "missing": self.missing,
            "reason": self.reason,
            "scoring": self.scoring,
            "vector": base64.b64encode(self.vector).decode("ascii"),
            "space": self.space,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Finding":
        """The finding that `to_record` wrote."""
        return cls(**{**record, "vector": base64.b64decode(record.get("vector", ""))})
