"""Turns a leased capture into a pair: ask the other arm, walk both outcomes through the gate.

`Worker.process` is a plain synchronous function of a lease. Every paid step is kept in the spool as soon as it is done,
so a crash repeats nothing that arrived, and none is taken before the purse has said that it may be paid.
"""

import os
import time
from collections.abc import Callable, Mapping

from shadow.budget import OVER_BUDGET, pause_after
from shadow.pair import Arm, Capture, Examined, Image, Loss, Outcome, OutcomeKind, Pair, ReadsImage, Role
from shadow.purse.account import Account
from shadow.purse.metered import Metered
from shadow.purse.purse import EVERY_GENERATION, Purse
from shadow.spool.spool import Lease, Spool
from shadow.worker.bench import Bench
from shadow.worker.extras import once_more, side_by_side
from shadow.worker.hand import Hand
from shadow.worker.job import Job

DEADLINE_SECONDS = 24 * 3600.0
"""A capture that nothing was paid for so long after its dispatch would count no more, and is given up."""
DEADLINE_PASSED = "deadline passed"


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
        job = Job(spool=self._spool, lease=lease, account=account, last=lease.attempts >= self._attempts)
        paid = job.of(capture.arm.other) is not None
        # Decided before anything else: what the live call brought must not tell what is shed.
        if not paid and self._clock() - capture.dispatched_at > DEADLINE_SECONDS:
            self._purse.finish(capture.capture_id)
            return _lost(capture, DEADLINE_PASSED)
        if not paid and not account.admits(bench.parts(capture)):
            return _lost(capture, OVER_BUDGET)
        try:
            self._compare(bench, job)
        except BaseException:
            if job.of(capture.arm.other) is None:
                account.give_back()
            raise
        account.finish()
        return Pair(capture=capture, sequence=lease.sequence, examined=job.examined(), filed_at=self._clock())

    def _heed(self, live: Outcome) -> None:
        """Shadowing must not eat the live quota: it pauses where a live call met a limit."""
        until = pause_after(live, default=self._pause_seconds)
        if until is not None and until > self._clock():
            self._purse.pause(EVERY_GENERATION, until, f"a live call met {live.label}")

    def _compare(self, bench: Bench, job: Job) -> None:
        capture = job.capture
        live = job.of(capture.arm) or Examined(arm=capture.arm, role=Role.LIVE, outcome=capture.outcome)
        job.note(live)
        if live.outcome.kind is OutcomeKind.INFRASTRUCTURE:
            return  # a live call that never reached its model can be compared with nothing: no picture is paid for it
        provider = Metered(bench.provider, job.account)
        hand = Hand(
            job,
            provider,
            bench.layers(provider),
            read=self._read,
            write=self._write,
            ended=lambda arm, outcome: bench.ended(arm, outcome, self._clock()),
        )
        other = capture.arm.other
        shadow = job.of(other) or hand.ask(other, bench.models[other])
        for examined in (live, shadow):
            hand.walk(examined)
        once_more(hand, bench.again(capture), bench.models[Arm.INCUMBENT])
        if bench.referee is not None and bench.side_by_side(capture):
            side_by_side(hand, bench.referee(provider))


def _lost(capture: Capture, reason: str) -> Loss:
    return Loss(
        loss_id=f"{capture.capture_id} {reason}",
        migration=capture.migration,
        minute=capture.dispatched_at // 60 * 60.0,
        process=f"worker {os.getpid()}",
        reason=reason,
        count=1,
    )
