"""One stored picture through the layers that have to look at it again, each answer kept as soon as it is there."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from shadow.budget import OVER_BUDGET, PAUSE_LIMIT
from shadow.errors import Unavailable
from shadow.finding import Finding
from shadow.gates.gate import Layer
from shadow.pair import Arm, Capture, Image, Outcome, OutcomeKind, ReadsImage
from shadow.prices import Tariff
from shadow.providers.provider import Provider
from shadow.purse.account import Account
from shadow.purse.metered import Metered
from shadow.purse.purse import Purse
from shadow.regating.plan import Task
from shadow.store.entries import Rescored
from shadow.worker.hand import MAY_PASS, REPEATS

BACKOFF_SECONDS = 1.0


class Walk:
    """Scores stored pictures again. Safe to use from several threads at once."""

    def __init__(
        self,
        *,
        migration: str,
        layers: Callable[[Provider], Sequence[Layer]],
        provider: Provider,
        tariff: Tariff,
        purse: Purse,
        read: ReadsImage,
        keep: Callable[[Rescored], object],
        attempts: int,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`layers` make the gate that asks a provider; `read` finds a picture; `keep` makes a finding durable.

        `attempts` is how often a layer that could not be asked is tried; a `sleep` that gives back a truth ends that.
        """
        self._migration = migration
        self._layers = layers
        self._provider = provider
        self._tariff = tariff
        self._purse = purse
        self._read = read
        self._keep = keep
        self._attempts = attempts
        self._clock = clock
        self._sleep = sleep

    def walk(self, task: Task) -> int:
        """Score this picture again; how many findings were made.

        Raises `Unavailable` where a layer could not be asked or its answers were of no use, `StoreBroken` where the
        picture is gone; what was made before is kept.
        """
        image = self._read(task.stored.picture)
        account = Account(self._purse, self._tariff, self._capture(task, image), sleep=self._sleep)
        layers = {layer.name: layer for layer in self._layers(Metered(self._provider, account))}
        made = 0
        try:
            for step in task.steps:
                finding = step.known or self._patiently(layers[step.scoring.layer], task, image, account)
                self._keep(_rescored(task, replace(finding, scoring=step.scoring.digest)))
                account.kept()
                made += 1
                if finding.hard_failure:
                    break
        finally:
            account.finish()
        return made

    def _patiently(self, layer: Layer, task: Task, image: Image, account: Account) -> Finding:
        """Ask until there is an answer, the attempts are used up, or there is no money for it."""
        attempt = 0
        while True:
            try:
                return self._finding(layer, task, image, account)
            except Unavailable as error:
                attempt += error.asked  # where we did not ask (a pause, a limit) it was no attempt
                if error.label == OVER_BUDGET or attempt >= self._attempts:
                    raise
                if self._sleep(min(PAUSE_LIMIT, max(error.retry_after or 0.0, BACKOFF_SECONDS * 2**attempt))):
                    raise

    def _finding(self, layer: Layer, task: Task, image: Image, account: Account) -> Finding:
        """What the layer says; where its answer is of no use it is asked again at once."""
        finding = layer.check(task.brief, image, model=task.stored.model)
        for _ in range(REPEATS):
            if finding.missing not in MAY_PASS:
                return finding
            account.kept()  # of no use to anybody: asking again pays for nothing twice
            finding = layer.check(task.brief, image, model=task.stored.model)
        if finding.missing in MAY_PASS:
            label = f"{layer.name}: {finding.missing}"
            raise Unavailable(label, finding.reason)
        return finding

    def _capture(self, task: Task, image: Image) -> Capture:
        """What the purse books the calls under."""
        stored, now = task.stored, self._clock()
        return Capture(
            capture_id=f"regate {stored.capture_id} {stored.arm} {stored.draw}",
            migration=self._migration,
            brief=task.brief,
            arm=Arm(stored.arm),
            outcome=Outcome(kind=OutcomeKind.IMAGE, model="", image=image),
            dispatched_at=now,
        )


def _rescored(task: Task, finding: Finding) -> Rescored:
    stored = task.stored
    return Rescored(
        capture_id=stored.capture_id, arm=stored.arm, draw=stored.draw, picture=stored.picture, finding=finding
    )
