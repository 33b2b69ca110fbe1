"""The judge looks at both pictures side by side. Advisory: two pictures of one brief, in one order."""

from shadow.brief import Brief
from shadow.gates.decoding import Limits, Refused, presented
from shadow.gates.judge import ACCEPTED, rubric_of
from shadow.pair import Arm, Comparison, Image
from shadow.providers.provider import Choice, Provider
from shadow.settings import JudgeSettings, PropertiesSettings


class Referee:
    """Says which arm's picture answers the brief better, shown one before the other."""

    def __init__(self, settings: JudgeSettings, provider: Provider, *, limits: Limits | None = None) -> None:
        """`limits` bound a picture that has to be decoded and written anew before it can be shown."""
        self._model = settings.model
        self._rubric = rubric_of(settings)
        self._provider = provider
        self._limits = limits or PropertiesSettings()

    def compare(self, brief: Brief, *, incumbent: Image, candidate: Image, first: Arm) -> Comparison:
        """The choice, with the picture of `first` shown first. Raises `Unavailable`.

        Missing: as of the judge, and what keeps a picture from being shown.
        """
        in_order = (incumbent, candidate) if first is Arm.INCUMBENT else (candidate, incumbent)
        ready: list[Image] = []
        for image in in_order:
            try:
                shown = presented(image, ACCEPTED, self._limits)
            except MemoryError:
                return Comparison(first=first, missing="out of memory", reason="The picture did not fit into memory.")
            if isinstance(shown, Refused):
                return Comparison(first=first, missing=shown.label, reason=shown.reason)
            ready.append(shown)
        said = self._provider.choose(brief, (ready[0], ready[1]), model=self._model, rubric=self._rubric)
        return _comparison(said, first)


def _comparison(said: Choice, first: Arm) -> Comparison:
    arms = {"first": first, "second": first.other}
    preferred = arms.get(said.preferred or "")
    missing = said.missing or ("empty" if said.preferred is None else None)
    return Comparison(first=first, preferred=None if missing else preferred, missing=missing, reason=said.reason)
