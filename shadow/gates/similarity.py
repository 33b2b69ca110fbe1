"""The second layer: do the words of the brief and the picture lie close together in one embedding space?"""

import math
from collections.abc import Sequence

from shadow.brief import Brief
from shadow.finding import Finding
from shadow.gates.decoding import Limits, Refused, presented
from shadow.pair import Image
from shadow.providers.provider import Provider
from shadow.settings import PropertiesSettings, SimilaritySettings

ACCEPTED = frozenset({"image/png", "image/jpeg"})
"""What the embedding model takes (https://ai.google.dev/gemini-api/docs/embeddings)."""
WORDS_LENGTH = 8_000
"""Characters of a brief that are embedded; the model takes 8192 tokens, and a character may be a token of its own."""
DIGITS = 4


class SimilarityLayer:
    """Cosine between the brief's words and the picture: two contents, two vectors, one call.

    The reference images of a brief are not embedded.
    """

    name = "similarity"

    def __init__(self, settings: SimilaritySettings, provider: Provider, *, limits: Limits | None = None) -> None:
        """`limits` bound a picture that has to be decoded and written anew before it can be embedded."""
        self._settings = settings
        self._provider = provider
        self._limits = limits or PropertiesSettings()

    def check(self, brief: Brief, image: Image) -> Finding:
        """The cosine in [-1, 1], rounded to `DIGITS` decimals. Raises `Unavailable`.

        Hard failure: "below floor", or what `decode` refuses where the picture had to be written anew. Missing: "no
        words", "bad vector" (not two finite vectors of one length, or one of length 0), "out of memory".
        """
        words = brief.prompt.strip()[:WORDS_LENGTH]
        if not words:
            return Finding(layer=self.name, missing="no words", reason="The brief has no words to compare with.")
        try:
            shown = presented(image, ACCEPTED, self._limits)
        except MemoryError:
            return Finding(layer=self.name, missing="out of memory", reason="The picture did not fit into memory.")
        if isinstance(shown, Refused):
            return Finding(layer=self.name, hard_failure=shown.label, reason=shown.reason)
        vectors = self._provider.embed((words, shown), model=self._settings.model, dimensions=self._settings.dimensions)
        return self._finding(_cosine(vectors))

    def _finding(self, score: float | None) -> Finding:
        if score is None:
            return Finding(layer=self.name, missing="bad vector", reason="The embedding model answered no usable pair.")
        if score < self._settings.floor:
            reason = (
                f"Cosine {score:.{DIGITS}f}, below the floor {self._settings.floor:g}: not a picture of this brief."
            )
            return Finding(layer=self.name, score=score, hard_failure="below floor", reason=reason)
        return Finding(layer=self.name, score=score, reason=f"Cosine {score:.{DIGITS}f} between words and picture.")


def _cosine(vectors: Sequence[Sequence[float]]) -> float | None:
    """Cosine of two vectors of any length, rounded; None where it is not defined."""
    if len(vectors) != 2 or len(vectors[0]) != len(vectors[1]):
        return None
    words, picture = vectors
    lengths = math.hypot(*words) * math.hypot(*picture)
    if lengths == 0 or not math.isfinite(lengths):
        return None
    product = math.fsum(one * other for one, other in zip(words, picture, strict=True))
    return round(max(-1.0, min(1.0, product / lengths)), DIGITS)
