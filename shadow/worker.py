"""Turns a leased capture into a pair: ask the other arm, walk both outcomes through the gate.

`Worker.process` is a plain synchronous function of a lease. Every paid step is kept in the spool as soon as it is done,
so a crash repeats nothing that arrived.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from shadow.brief import Picture
from shadow.errors import Unavailable
from shadow.finding import Finding
from shadow.gates.gate import Layer, next_layer
from shadow.pair import Arm, Capture, Examined, Image, OutcomeKind, Pair, ReadsImage, Role
from shadow.providers.provider import Provider
from shadow.spool.spool import Lease, Spool

UNAVAILABLE = "unavailable"
"""`Finding.missing` of a layer that could not be asked until the last attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What one migration's captures are worked on with."""

    models: Mapping[Arm, str]
    provider: Provider
    layers: Sequence[Layer]


class Worker:
    """Processes leases. Safe to use from several threads at once."""

    def __init__(
        self,
        *,
        spool: Spool,
        benches: Mapping[str, Bench],
        read: ReadsImage,
        write: Callable[[Image], object],
        attempts: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`read` and `write` are the picture store's; `attempts` is how often a capture is tried."""
        self._spool = spool
        self._benches = benches
        self._read = read
        self._write = write
        self._attempts = attempts
        self._clock = clock

    def process(self, lease: Lease) -> Pair:
        """The pair of this capture.

        Raises `Unavailable` while a provider cannot be asked and attempts are left: the lease then goes back and
        waits. `StaleLease` where somebody else took over, `KeyError` where the migration is no longer configured.
        """
        capture = lease.capture
        bench = self._benches[capture.migration]
        job = _Job(spool=self._spool, lease=lease, last=lease.attempts >= self._attempts)
        live = job.of(capture.arm, Role.LIVE) or Examined(arm=capture.arm, role=Role.LIVE, outcome=capture.outcome)
        job.note(live)
        if live.outcome.kind is not OutcomeKind.INFRASTRUCTURE:
            # A live call that never reached its model can be compared with nothing: no picture is paid for it.
            shadow = job.of(capture.arm.other, Role.SHADOW) or self._ask(capture, bench, job)
            for examined in (live, shadow):
                self._walk(examined, capture, bench, job)
        return Pair(capture=capture, sequence=lease.sequence, examined=job.examined(), filed_at=self._clock())

    def _ask(self, capture: Capture, bench: Bench, job: "_Job") -> Examined:
        arm = capture.arm.other
        references = {part.digest: self._read(part.digest) for part in capture.brief.parts if isinstance(part, Picture)}
        outcome = bench.provider.generate(capture.brief, model=bench.models[arm], pictures=references)
        if outcome.kind is OutcomeKind.INFRASTRUCTURE and not job.last:
            raise Unavailable(outcome.label, outcome.detail, outcome.retry_after)
        if outcome.image is not None:
            self._write(outcome.image)
        examined = Examined(arm=arm, role=Role.SHADOW, outcome=outcome, attempts=job.lease.attempts)
        job.note(examined)
        job.keep()
        return examined

    def _walk(self, examined: Examined, capture: Capture, bench: Bench, job: "_Job") -> None:
        image = examined.outcome.image
        if image is None:
            return
        while (layer := next_layer(bench.layers, examined.findings)) is not None:
            finding = self._check(layer, capture, image, job)
            examined = replace(examined, findings=(*examined.findings, finding))
            job.note(examined)
            job.keep()

    def _check(self, layer: Layer, capture: Capture, image: Image, job: "_Job") -> Finding:
        try:
            return layer.check(capture.brief, image)
        except Unavailable as error:
            if not job.last:
                raise
            return Finding(layer=layer.name, missing=UNAVAILABLE, reason=error.label)


class _Job:
    """The outcomes of one lease as they grow."""

    def __init__(self, *, spool: Spool, lease: Lease, last: bool) -> None:
        self._spool = spool
        self.lease = lease
        self.last = last
        self._examined = {(item.arm, item.role): item for item in lease.progress}

    def of(self, arm: Arm, role: Role) -> Examined | None:
        return self._examined.get((arm, role))

    def note(self, examined: Examined) -> None:
        self._examined[examined.arm, examined.role] = examined

    def keep(self) -> None:
        self._spool.keep(self.lease, self.examined())

    def examined(self) -> tuple[Examined, ...]:
        return tuple(self._examined.values())
