"""The second layer: do the brief and the picture lie close together in one embedding space?"""

import math
import struct
from collections.abc import Sequence
from dataclasses import replace

from shadow.brief import Brief, Picture
from shadow.errors import StoreBroken
from shadow.finding import Finding
from shadow.gates.decoding import Limits, Refused, presented
from shadow.pair import Image, ReadsImage
from shadow.prices import EMBEDDED_REFERENCES
from shadow.providers.provider import Content, Provider, Vector
from shadow.settings import PropertiesSettings, SimilaritySettings

ACCEPTED = frozenset({"image/png", "image/jpeg"})
"""What the embedding model takes (https://ai.google.dev/gemini-api/docs/embeddings)."""
WORDS_LENGTH = 8_000
"""Characters of a brief that are embedded; the model takes 8192 tokens, and a character may be a token of its own."""
DIGITS = 4
BELOW_FLOOR = "below floor"


class SimilarityLayer:
    """Cosine between the brief and the picture: two contents, two vectors, one call.

    The first content is the brief, its words and its first `EMBEDDED_REFERENCES` reference images, which the model
    joins into one vector; the second is the picture alone. References that only the API holds are not embedded.
    """

    name = "similarity"

    def __init__(
        self,
        settings: SimilaritySettings,
        provider: Provider,
        *,
        read: ReadsImage | None = None,
        limits: Limits | None = None,
    ) -> None:
        """`read` finds the reference images of a brief; without it a brief is its words.

        `limits` bound a picture that has to be decoded and written anew before it can be embedded.
        """
        self._settings = settings
        self._provider = provider
        self._read = read
        self._limits = limits or PropertiesSettings()

    def check(self, brief: Brief, image: Image, *, model: str = "") -> Finding:
        """The cosine in [-1, 1], rounded to `DIGITS` decimals, and the picture's vector. Raises `Unavailable`.

        Hard failure: "below floor", or what `decode` refuses where the picture had to be written anew. Missing: "no
        words", "reference unusable", "bad vector" (not two finite vectors of one length, or one of length 0), "out of
        memory".
        """
        del model  # who made a picture must not tell what it is worth
        words = brief.prompt.strip()[:WORDS_LENGTH]
        if not words:
            return self._unknown("no words", "The brief has no words to compare with.")
        try:
            asked = self._brief(brief, words)
            shown = presented(image, ACCEPTED, self._limits)
        except MemoryError:
            return self._unknown("out of memory", "The picture did not fit into memory.")
        except StoreBroken as error:
            return self._unknown("reference unusable", str(error))
        if isinstance(asked, Refused):
            return self._unknown("reference unusable", f"A reference image of the brief: {asked.reason}")
        if isinstance(shown, Refused):
            return Finding(layer=self.name, hard_failure=shown.label, reason=shown.reason)
        vectors = self._provider.embed((asked, shown), model=self._settings.model, dimensions=self._settings.dimensions)
        return self._finding(vectors)

    def _brief(self, brief: Brief, words: str) -> Content | Refused:
        """The words, and beside them the reference images as the model takes them. Raises `StoreBroken`."""
        if self._read is None:
            return words
        parts: list[str | Image] = [words]
        pictures = [part for part in brief.parts if isinstance(part, Picture)]
        for part in pictures[:EMBEDDED_REFERENCES]:
            shown = presented(self._read(part.digest), ACCEPTED, self._limits)
            if isinstance(shown, Refused):
                return shown
            parts.append(shown)
        return tuple(parts) if pictures else words

    def _finding(self, vectors: Sequence[Vector]) -> Finding:
        score = _cosine(vectors)
        if score is None:
            return self._unknown("bad vector", "The embedding model answered no usable pair.")
        found = held_to_floor(score, self._settings)
        return replace(found, vector=packed(vectors[1]), space=space_of(self._settings))

    def _unknown(self, missing: str, reason: str) -> Finding:
        return Finding(layer=self.name, missing=missing, reason=reason)


def held_to_floor(score: float, settings: SimilaritySettings) -> Finding:
    """What a cosine means under the floor of these settings."""
    if score < settings.floor:
        reason = f"Cosine {score:.{DIGITS}f}, below the floor {settings.floor:g}: not a picture of this brief."
        return Finding(layer=SimilarityLayer.name, score=score, hard_failure=BELOW_FLOOR, reason=reason)
    reason = f"Cosine {score:.{DIGITS}f} between brief and picture."
    return Finding(layer=SimilarityLayer.name, score=score, reason=reason)


def space_of(settings: SimilaritySettings) -> str:
    """The space that these settings embed into."""
    return f"{settings.model}/{settings.dimensions}"


def packed(vector: Vector) -> bytes:
    """The vector at unit length as float16, little endian: each number is off by at most 0.05 %."""
    length = math.hypot(*vector)
    return struct.pack(f"<{len(vector)}e", *(value / length for value in vector))


def _cosine(vectors: Sequence[Vector]) -> float | None:
    """Cosine of two vectors of any length, rounded; None where it is not defined."""
    if len(vectors) != 2 or len(vectors[0]) != len(vectors[1]):
        return None
    asked, picture = vectors
    lengths = math.hypot(*asked) * math.hypot(*picture)
    if lengths == 0 or not math.isfinite(lengths):
        return None
    product = math.fsum(one * other for one, other in zip(asked, picture, strict=True))
    return round(max(-1.0, min(1.0, product / lengths)), DIGITS)
