"""The third layer: what does a model say that looks at the brief and the picture?"""

from shadow.brief import Brief
from shadow.finding import Finding
from shadow.gates.decoding import Limits, Refused, presented
from shadow.pair import Image
from shadow.providers.provider import Judgement, Provider
from shadow.providers.rubric import Criterion, Rubric
from shadow.settings import JudgeSettings, PropertiesSettings

ACCEPTED = frozenset({"image/png", "image/jpeg", "image/webp"})
"""What the judging models take (https://ai.google.dev/gemini-api/docs/image-understanding)."""
DIGITS = 2
MARK = "judge: {}"
"""Name of the feature that holds the mark of a criterion."""


def rubric_of(settings: JudgeSettings) -> Rubric:
    """What these settings tell a judge."""
    criteria = (Criterion(name=name, weight=item.weight, text=item.text) for name, item in settings.criteria.items())
    return Rubric(instructions=settings.rubric, criteria=tuple(criteria))


class JudgeLayer:
    """The judge's score. It never fails a picture; where there is no score, nothing is known."""

    name = "judge"

    def __init__(self, settings: JudgeSettings, provider: Provider, *, limits: Limits | None = None) -> None:
        """`limits` bound a picture that has to be decoded and written anew before it can be shown."""
        self._settings = settings
        self._provider = provider
        self._rubric = rubric_of(settings)
        self._limits = limits or PropertiesSettings()

    def check(self, brief: Brief, image: Image, *, model: str = "") -> Finding:
        """Points in [0, 100], rounded to `DIGITS` decimals, never clipped. Raises `Unavailable`.

        Each criterion's mark is a feature. Missing: the labels of a `Judgement` ("blocked", "truncated", "empty", "bad
        json", "more than json", "missing keys", "out of range") and "out of memory". Hard failure: what `decode`
        refuses where the picture had to be written anew.
        """
        del model  # who made a picture must not tell what it is worth
        try:
            shown = presented(image, ACCEPTED, self._limits)
        except MemoryError:
            return Finding(layer=self.name, missing="out of memory", reason="The picture did not fit into memory.")
        if isinstance(shown, Refused):
            return Finding(layer=self.name, hard_failure=shown.label, reason=shown.reason)
        said = self._provider.judge(brief, shown, model=self._settings.model, rubric=self._rubric)
        missing = _missing(said)
        score = None if said.score is None or missing else round(said.score, DIGITS)
        marks = {} if missing else {MARK.format(name): round(mark, DIGITS) for name, mark in said.marks.items()}
        return Finding(layer=self.name, score=score, features=marks, missing=missing, reason=said.reason)


def _missing(said: Judgement) -> str | None:
    """Why there is no score; a score outside the scale is none, whatever the provider thinks of it."""
    if said.missing is not None:
        return said.missing
    if said.score is None:
        return "empty"
    return None if 0 <= said.score <= 100 else "out of range"
