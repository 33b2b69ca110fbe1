"""Turns a leased capture into a pair: ask the other arm, walk both outcomes through the gate.

`Worker.process` is a plain synchronous function of a lease. Every paid step is kept in the spool as soon as it is done,
so a crash repeats nothing that arrived, and none is taken before the purse has said that it may be paid.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from shadow.brief import Picture
from shadow.budget import OVER_BUDGET, pause_after
from shadow.errors import Unavailable
from shadow.finding import Finding
from shadow.gates.gate import Layer, next_layer
from shadow.pair import Arm, Capture, Examined, Image, Loss, Outcome, OutcomeKind, Pair, ReadsImage, Role
from shadow.prices import Tariff
from shadow.providers.provider import Provider
from shadow.purse.account import Account
from shadow.purse.metered import Metered
from shadow.purse.purse import EVERY_GENERATION, Purse
from shadow.spool.spool import Lease, Spool

DEADLINE_SECONDS = 24 * 3600.0
"""A capture that nothing was paid for so long after its dispatch would count no more, and is given up."""
DEADLINE_PASSED = "deadline passed"
UNAVAILABLE = "unavailable"
"""`Finding.missing` of a layer that could not be asked until the last attempt."""
MAY_PASS = frozenset({"bad json", "truncated", "empty", "out of range", "missing keys"})
"""Labels of `Finding.missing` that asking again may mend. "blocked" is an answer: it would be the same."""
REPEATS = 2
"""How often a layer is asked again at once where its answer was of no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What one migration's captures are worked on with."""

    models: Mapping[Arm, str]
    provider: Provider
    layers: Callable[[Provider], Sequence[Layer]]
    """The gate, asking the provider it is given."""
    tariff: Tariff


class Worker:
    """Processes leases. Safe to use from several threads at once."""

    def __init__(
        self,
        *,
        spool: Spool,
        benches: Mapping[str, Bench],
        purse: Purse,
        read: ReadsImage,
        write: Callable[[Image], object],
        attempts: int,
        pause_seconds: float = 60.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`read` and `write` are the picture store's; `attempts` is how often a capture is tried.

        `pause_seconds` without a shadow generation follow a live 429 that names no time itself.
        """
        self._spool = spool
        self._benches = benches
        self._purse = purse
        self._read = read
        self._write = write
        self._attempts = attempts
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._sleep = sleep

    def process(self, lease: Lease) -> Pair | Loss:
        """The pair of this capture, or its count as a loss where its time is over or the budget does not reach.

        Raises `Unavailable` while a provider cannot be asked and attempts are left: the lease then goes back and
        waits. `StaleLease` where somebody else took over, `KeyError` where the migration is no longer configured.
        """
        capture = lease.capture
        bench = self._benches[capture.migration]
        self._heed(capture.outcome)
        account = Account(self._purse, bench.tariff, capture, sleep=self._sleep)
        job = _Job(spool=self._spool, lease=lease, account=account, last=lease.attempts >= self._attempts)
        paid = job.of(capture.arm.other, Role.SHADOW) is not None
        # Decided before anything else: what the live call brought must not tell what is shed.
        if not paid and self._clock() - capture.dispatched_at > DEADLINE_SECONDS:
            self._purse.finish(capture.capture_id)
            return _lost(capture, DEADLINE_PASSED)
        if not paid and not account.admits(bench.models[capture.arm.other]):
            return _lost(capture, OVER_BUDGET)
        try:
            self._compare(capture, bench, job)
        except BaseException:
            if job.of(capture.arm.other, Role.SHADOW) is None:
                account.give_back()
            raise
        account.finish()
        return Pair(capture=capture, sequence=lease.sequence, examined=job.examined(), filed_at=self._clock())

    def _heed(self, live: Outcome) -> None:
        """Shadowing must not eat the live quota: it pauses where a live call met a limit."""
        until = pause_after(live, default=self._pause_seconds)
        if until is not None and until > self._clock():
            self._purse.pause(EVERY_GENERATION, until, f"a live call met {live.label}")

    def _compare(self, capture: Capture, bench: Bench, job: "_Job") -> None:
        provider = Metered(bench.provider, job.account)
        layers = bench.layers(provider)
        live = job.of(capture.arm, Role.LIVE) or Examined(arm=capture.arm, role=Role.LIVE, outcome=capture.outcome)
        job.note(live)
        if live.outcome.kind is OutcomeKind.INFRASTRUCTURE:
            return  # a live call that never reached its model can be compared with nothing: no picture is paid for it
        shadow = job.of(capture.arm.other, Role.SHADOW) or self._ask(capture, bench.models, provider, job)
        for examined in (live, shadow):
            self._walk(examined, capture, layers, job)

    def _ask(self, capture: Capture, models: Mapping[Arm, str], provider: Provider, job: "_Job") -> Examined:
        arm = capture.arm.other
        references = {part.digest: self._read(part.digest) for part in capture.brief.parts if isinstance(part, Picture)}
        outcome = provider.generate(capture.brief, model=models[arm], pictures=references)
        if outcome.kind is OutcomeKind.INFRASTRUCTURE and not job.last:
            raise Unavailable(outcome.label, outcome.detail, outcome.retry_after, model=models[arm])
        if outcome.image is not None:
            self._write(outcome.image)
        examined = Examined(arm=arm, role=Role.SHADOW, outcome=outcome, attempts=job.lease.attempts)
        job.note(examined)
        job.keep()
        return examined

    def _walk(self, examined: Examined, capture: Capture, layers: Sequence[Layer], job: "_Job") -> None:
        image = examined.outcome.image
        if image is None:
            return
        while (layer := next_layer(layers, examined.findings)) is not None:
            finding = self._check(layer, capture, image, job)
            examined = replace(examined, findings=(*examined.findings, finding))
            job.note(examined)
            job.keep()

    def _check(self, layer: Layer, capture: Capture, image: Image, job: "_Job") -> Finding:
        try:
            return self._finding(layer, capture, image, job)
        except Unavailable as error:
            if not job.last or not error.asked:
                raise
            return Finding(layer=layer.name, missing=UNAVAILABLE, reason=error.label)

    def _finding(self, layer: Layer, capture: Capture, image: Image, job: "_Job") -> Finding:
        """What the layer says; where its answer is of no use it is asked again, at once and then later."""
        finding = layer.check(capture.brief, image)
        for _ in range(REPEATS):
            if finding.missing not in MAY_PASS:
                return finding
            job.account.kept()  # that answer is of no use to anybody: asking again pays for nothing twice
            finding = layer.check(capture.brief, image)
        if finding.missing in MAY_PASS and not job.last:
            job.account.kept()
            label = f"{layer.name}: {finding.missing}"
            raise Unavailable(label, finding.reason)
        return finding


def _lost(capture: Capture, reason: str) -> Loss:
    return Loss(
        loss_id=f"{capture.capture_id} {reason}",
        migration=capture.migration,
        minute=capture.dispatched_at // 60 * 60.0,
        process=f"worker {os.getpid()}",
        reason=reason,
        count=1,
    )


class _Job:
    """The outcomes of one lease as they grow."""

    def __init__(self, *, spool: Spool, lease: Lease, account: Account, last: bool) -> None:
        self._spool = spool
        self.lease = lease
        self.account = account
        self.last = last
        self._examined = {(item.arm, item.role): item for item in lease.progress}

    def of(self, arm: Arm, role: Role) -> Examined | None:
        return self._examined.get((arm, role))

    def note(self, examined: Examined) -> None:
        self._examined[examined.arm, examined.role] = examined

    def keep(self) -> None:
        self._spool.keep(self.lease, self.examined())
        self.account.kept()

    def examined(self) -> tuple[Examined, ...]:
        return tuple(self._examined.values())
