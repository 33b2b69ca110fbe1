"""The far side of the door: reads live calls into captures, writes their pictures, puts them into the spool.

Runs on one thread of the live process, so it must not hold up the others: no picture is decoded here, nothing is
scored, base64 is taken apart in slices. What the spool or the disk refuses waits and is tried again.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from shadow.assignment import key_hash, sampled
from shadow.brief import Brief
from shadow.capture.attendance import Attendance, Record
from shadow.capture.losses import DEFECT, NOT_DRAINED, OTHER_CANDIDATE, SAMPLED_OUT, Losses
from shadow.capture.seen import Seen
from shadow.errors import ShadowError
from shadow.pair import Arm, Capture, Image, Outcome, OutcomeKind
from shadow.providers.answer import Answer, joined, outcome_of
from shadow.providers.way import UNREADABLE, NotComparedError
from shadow.spool.spool import Spool
from shadow.telling import Once

CARRY_SECONDS = 2.0
"""How often counted losses go to the spool."""


class Ready(NamedTuple):
    """One live call as it is put away."""

    images: tuple[Image, ...]
    captures: tuple[Capture, ...]


NOTHING = Ready(images=(), captures=())


class Drain:
    """Takes live calls in order. Used by one thread alone; `waiting` may be read by any."""

    def __init__(
        self,
        *,
        process: str,
        open_spool: Callable[[], Spool],
        write: Callable[[Image], object],
        attendance: Attendance,
        heed: Callable[[Outcome], object] = lambda _: None,
        at_most: Callable[[str], float] = lambda _: 1.0,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`process` names this process for ever; `write` stores a picture; `heed` hears of calls that failed.

        `at_most` is the share of a migration's briefs that is shadowed at most where its candidate served.
        """
        self.process = process
        self.losses = Losses(process)
        self._open_spool = open_spool
        self._write = write
        self._attendance = attendance
        self._heed = heed
        self._at_most = at_most
        self._clock = clock
        self._monotonic = monotonic
        self._spool: Spool | None = None
        self._mine: deque[Seen] = deque()
        self._ready: Ready | None = None
        self._number = 0
        self._say = Once()
        self._offered: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._carried_at = monotonic()
        self.under_way: Mapping[str, int] = {}
        """Live calls that began and did not end, by migration, as far as somebody told us."""
        self.copied = 0
        """Mutable leaves that callers had to copy."""
        self.put = 0
        """Captures put into the spool."""

    def waiting(self) -> int:
        """Live calls taken in and not yet in the spool."""
        return len(self._mine)

    def keep(self, seen: Seen) -> None:
        """Keep a request while its caller waits. What cannot be read is left to the caller, who counts it.

        From now on this process has something to lose, and says so.
        """
        for name, _ in seen.route.samples:
            self._offered.setdefault(name, 0)
        try:
            seen.keep_meanwhile()
        except Exception as error:
            self._say.error("a request could not be kept", error)

    def take_in(self, seen: Seen) -> None:
        """Take a live call off the door's hands."""
        self._mine.append(seen)
        self.copied += seen.asked.copied if seen.asked else 0
        for name, _ in seen.route.samples:
            self._offered[name] += 1
            self._waiting[name] += 1

    def put_away(self) -> Iterator[Seen]:
        """Put away what was taken in, and give back each call as it is done.

        Raises `ShadowError` or `OSError` where the spool or the disk fails; a next time goes on at the same call.
        """
        self._note()
        while self._mine:
            seen = self._mine[0]
            self._put_away(seen)
            self._ready = None
            self._mine.popleft()
            for name, _ in seen.route.samples:
                self._waiting[name] -= 1
            yield seen
        self._note()

    def carry_losses(self, *, now: bool = False) -> None:
        """Put the counted losses into the spool, if it is time to. Raises as `put_away` does."""
        if now or self._monotonic() - self._carried_at > CARRY_SECONDS:
            self._carried_at = self._monotonic()
            if self.losses.total():
                self.losses.carry(self.spool())

    def finish(self) -> None:
        """Count what is left as lost, carry the losses and let go. Raises as `put_away` does."""
        while self._mine:
            seen = self._mine.popleft()
            self.losses.count_all(seen.route, NOT_DRAINED, seen.started_at)
        self.carry_losses(now=True)
        if self._spool is not None:
            self._spool.close()
        self._attendance.leave()

    def spool(self) -> Spool:
        """The spool, opened at its first use."""
        if self._spool is None:
            self._spool = self._open_spool()
        return self._spool

    def _note(self) -> None:
        if self._offered or any(self.under_way.values()):
            waiting, offered = dict(self._waiting), dict(self._offered)
            self._attendance.note(
                Record(
                    process=self.process,
                    at=self._clock(),
                    offered=offered,
                    waiting=waiting,
                    under_way=self.under_way,
                )
            )

    def _put_away(self, seen: Seen) -> None:
        try:
            # Read once: a second try after a full disk must neither count nor number anything again.
            self._ready = ready = self._ready or self._read(seen)
            for image in ready.images:
                self._write(image)
            for capture in ready.captures:
                self.spool().put(capture)
                self.put += 1
        except (ShadowError, OSError):
            raise
        except Exception as error:
            self._say.error("a live call could not be put away and is given up", error)
            self.losses.count_all(seen.route, DEFECT, seen.started_at)

    def _read(self, seen: Seen) -> Ready:
        try:
            brief, pictures = seen.way.brief(seen.asked.what if seen.asked else None)
            outcome = outcome_of_call(seen)
            if outcome.kind is OutcomeKind.INFRASTRUCTURE:
                self._heed(outcome)
        except NotComparedError as refused:
            self.losses.count_all(seen.route, refused.reason, seen.started_at)
            return NOTHING
        except Exception as error:
            self._say.error("a live call could not be read", error)
            self.losses.count_all(seen.route, UNREADABLE, seen.started_at)
            return NOTHING
        if not (names := self._to_shadow(seen, brief)):
            return NOTHING
        images = (*pictures.values(), *((outcome.image,) if outcome.image else ()))
        return Ready(images=images, captures=tuple(self._captures(seen, brief, outcome, names)))

    def _to_shadow(self, seen: Seen, brief: Brief) -> list[str]:
        digest = brief.digest()
        chosen = []
        for name, share in seen.route.samples:
            if seen.arm is Arm.CANDIDATE and name != seen.route.serving:
                self.losses.count(name, OTHER_CANDIDATE, seen.started_at)
            elif not sampled(digest, self._share(seen, name, share)):
                self.losses.count(name, SAMPLED_OUT, seen.started_at)
            else:
                chosen.append(name)
        return chosen

    def _share(self, seen: Seen, name: str, share: float) -> float:
        return min(share, self._at_most(name)) if seen.arm is Arm.CANDIDATE else share

    def _captures(self, seen: Seen, brief: Brief, outcome: Outcome, names: list[str]) -> Iterator[Capture]:
        self._number += 1
        for name in names:
            yield Capture(
                capture_id=f"{self.process}-{self._number}-{name}",
                migration=name,
                brief=brief,
                arm=seen.arm,
                outcome=outcome,
                dispatched_at=seen.started_at,
                key_hash=key_hash(seen.labels.key) if seen.labels.key else "",
                segment=seen.labels.segment,
                cluster=seen.labels.cluster,
                tags=dict(seen.labels.tags),
            )


def outcome_of_call(seen: Seen) -> Outcome:
    """What came of a live call, the picture as it was when it came. Raises `NotComparedError`."""
    answer = seen.failure or _answer(seen)
    return outcome_of(answer, model=seen.model, started_at=seen.started_at, latency=seen.ended - seen.began)


def _answer(seen: Seen) -> Answer:
    chunks = [seen.way.read(item) for item in seen.answers]
    answer = chunks[0] if len(chunks) == 1 else joined(chunks)
    if answer.not_compared:
        raise NotComparedError(answer.not_compared)
    return answer if seen.picture is None else answer._replace(final=seen.picture)
