"""One capture in the hands of a worker: asks models and layers for it and keeps every answer as soon as it is there."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from shadow.brief import Picture
from shadow.errors import Unavailable
from shadow.finding import Finding
from shadow.gates.gate import Layer, next_layer
from shadow.pair import Arm, Examined, Image, Outcome, OutcomeKind, ReadsImage, Role
from shadow.providers.provider import Provider
from shadow.worker.job import Job

UNAVAILABLE = "unavailable"
"""`missing` of what could not be asked until the last attempt."""
MAY_PASS = frozenset({"bad json", "more than json", "truncated", "empty", "out of range", "missing keys"})
"""Labels of `missing` that asking again may mend. "blocked" is an answer: it would be the same."""
REPEATS = 2
"""How often a judge is asked again at once where its answer was of no use."""


class MayMiss(Protocol):
    """An answer that may say nothing."""

    @property
    def missing(self) -> str | None:
        """Why it says nothing."""
        ...

    @property
    def reason(self) -> str:
        """One sentence."""
        ...


Answer = TypeVar("Answer", bound=MayMiss)


class Hand:
    """Does one step of a job at a time. A step raises `Unavailable` while attempts are left."""

    def __init__(
        self,
        job: Job,
        provider: Provider,
        layers: Sequence[Layer],
        *,
        read: ReadsImage,
        write: Callable[[Image], object],
        ended: Callable[[Arm, Outcome], bool] = lambda arm, outcome: False,
    ) -> None:
        """`provider` is paid from the job's account and asked by the `layers`; `read` and `write` know the pictures.

        `ended` says whether an outcome tells that its arm answers no more: nobody waits for it then.
        """
        self.job = job
        self.layers = layers
        self._provider = provider
        self._read = read
        self._write = write
        self._ended = ended

    def ask(self, arm: Arm, model: str, *, draw: int = 1) -> Examined:
        """A picture of `model` for the capture's brief, kept."""
        job, brief = self.job, self.job.capture.brief
        references = {part.digest: self._read(part.digest) for part in brief.parts if isinstance(part, Picture)}
        outcome = self._provider.generate(brief, model=model, pictures=references)
        if outcome.kind is OutcomeKind.INFRASTRUCTURE and not (job.last or self._ended(arm, outcome)):
            raise Unavailable(outcome.label, outcome.detail, outcome.retry_after, model=model)
        if outcome.image is not None:
            self._write(outcome.image)
        examined = Examined(arm=arm, role=Role.SHADOW, outcome=outcome, draw=draw, attempts=job.lease.attempts)
        self._keep(examined)
        return examined

    def walk(self, examined: Examined) -> Examined:
        """Through the layers that have not looked at it yet."""
        image = examined.outcome.image
        while image is not None and (layer := next_layer(self.layers, examined.findings)) is not None:
            examined = self.look(examined, layer, image)
        return examined

    def look(self, examined: Examined, layer: Layer, image: Image) -> Examined:
        """One layer looks at the picture; what it finds is kept."""
        finding = self.answered(
            lambda: layer.check(self.job.capture.brief, image, model=examined.outcome.model),
            name=layer.name,
            given_up=lambda why: Finding(layer=layer.name, missing=UNAVAILABLE, reason=why),
        )
        examined = replace(examined, findings=(*examined.findings, finding))
        self._keep(examined)
        return examined

    def answered(self, ask: Callable[[], Answer], *, name: str, given_up: Callable[[str], Answer]) -> Answer:
        """What is answered; where that is of no use it is asked again, at once and then later.

        `given_up` makes what is filed where nobody could be asked until the last attempt.
        """
        try:
            return self._useful(ask, name)
        except Unavailable as error:
            if not self.job.last or not error.asked:
                raise
            return given_up(error.label)

    def _useful(self, ask: Callable[[], Answer], name: str) -> Answer:
        answer = ask()
        for _ in range(REPEATS):
            if answer.missing not in MAY_PASS:
                return answer
            self.job.account.kept()  # that answer is of no use to anybody: asking again pays for nothing twice
            answer = ask()
        if answer.missing in MAY_PASS and not self.job.last:
            self.job.account.kept()
            label = f"{name}: {answer.missing}"
            raise Unavailable(label, answer.reason)
        return answer

    def _keep(self, examined: Examined) -> None:
        self.job.note(examined)
        self.job.keep()
