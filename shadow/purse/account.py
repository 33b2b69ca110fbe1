"""What one leased capture may spend: admission, a turn for every paid call, and the bill afterwards."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from shadow.budget import OVER_BUDGET, TOO_MANY, pause_until
from shadow.errors import Unavailable
from shadow.pair import Capture
from shadow.prices import Step, Tariff, Usage
from shadow.providers.provider import OnUsage
from shadow.purse.answers import Admission, Asked, Go, Refused, Verdict, Wait
from shadow.purse.purse import PATIENCE, Purse

FULL_SECONDS = 5.0
"""How soon a capture asks again where others hold what is left of the budget."""
QUIET_SECONDS = 5.0
"""How long a model rests whose 429 named no time."""
REFUSED_SECONDS = 600.0
"""How soon a call asks again for which there was no money."""


class Account:
    """The money of one capture while one worker holds it. Used by one thread."""

    def __init__(
        self,
        purse: Purse,
        tariff: Tariff,
        capture: Capture,
        *,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Nothing is asked of the purse yet."""
        self.tariff = tariff
        self.brief = capture.brief
        self._purse = purse
        self._capture = capture
        self._sleep = sleep
        self._opened = False

    def admits(self, parts: Mapping[tuple[str, Step], int]) -> bool:
        """Reserve what the capture may cost, by model and step in nano-USD; False where it is shed.

        For captures of which nothing was paid yet. Raises `Unavailable`.
        """
        asked = Admission(
            capture_id=self._capture.capture_id,
            brief_digest=self.brief.digest(),
            dispatched_at=self._capture.dispatched_at,
            parts=parts,
        )
        verdict = self._purse.admit(asked)
        self._opened = True
        if verdict is Verdict.LATER:
            raise Unavailable(OVER_BUDGET, "others hold what is left", FULL_SECONDS, asked=False)
        return verdict is Verdict.ADMITTED

    @contextmanager
    def call(self, step: Step, model: str, nano: int) -> Iterator[OnUsage]:
        """One paid call that may cost `nano`; give what is yielded to the provider. Raises `Unavailable`."""
        call_id = self._turn(Asked(capture_id=self._capture.capture_id, model=model, step=step, nano=nano))
        told: list[Usage] = []
        usable = False
        try:
            yield told.append
            usable = True
        except Unavailable as error:
            self.heed(model, error.retry_after, error.label)
            raise
        finally:
            brief = self.brief if step is Step.IMAGE else None  # size and service tier are the picture's
            bill = sum(self.tariff.spent(model, usage, brief) for usage in told) if told else None
            self._purse.settle(call_id, bill, usable=usable)

    def heed(self, model: str, retry_after: float | None, why: str) -> None:
        """The API asked us to wait, or said 429 and not how long: no worker asks this model before."""
        if retry_after or why.startswith(TOO_MANY):
            self._purse.pause(model, pause_until(self._purse.now(), retry_after or None, default=QUIET_SECONDS), why)

    def kept(self) -> None:
        """Every answer so far is kept, or of no use to anybody."""
        self._purse.kept(self._capture.capture_id)

    def give_back(self) -> None:
        """Nothing was paid, and the capture waits again."""
        self._purse.give_back(self._capture.capture_id)

    def finish(self) -> None:
        """The capture is a pair now."""
        if self._opened:
            self._purse.finish(self._capture.capture_id)

    def _turn(self, asked: Asked) -> int:
        """Wait for the turn of this call; the id to settle it by."""
        if not self._opened:
            self._purse.resume(asked.capture_id)
            self._opened = True
        slot: float | None = None
        while True:
            match self._purse.begin(asked, slot=slot):
                case Go(call_id=call_id):
                    return call_id
                case Wait() as wait:
                    if wait.seconds > PATIENCE:
                        raise Unavailable(wait.why, f"{asked.model} waits", wait.seconds, asked=False)
                    self._sleep(wait.seconds)
                    slot = wait.slot
                case Refused():
                    # Before the picture it is asked for admission again; after it, this is an attempt like any other.
                    later = asked.step is not Step.IMAGE
                    raise Unavailable(OVER_BUDGET, f"no money for {asked.model}", REFUSED_SECONDS, asked=later)
