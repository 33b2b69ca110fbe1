"""One image generation on its way through: copies of what goes through, and at its end a capture or a count."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from shadow.capture import Labels, Route, Seen
from shadow.capture.losses import MEMORY_FULL
from shadow.providers.failure import Failure
from shadow.providers.way import Asked, Way
from shadow.proxy.failing import failure_of
from shadow.proxy.reading import Exchange, Remember
from shadow.proxy.tee import Budget, Copy
from shadow.proxy.wire import Body
from shadow.telling import Once
from shadow.wrapper.live import ABANDONED, NOT_CAPTURED, Takes

OK = 200
CUT_SHORT = "request cut short"
"""It never went out whole: the upstream was not reached, or answered before it had read everything."""


class Watch:
    """One call under way. Nothing here waits, and nothing it does wrong reaches the call."""

    def __init__(self, watching: "Watching", seen: Seen) -> None:
        """Nothing has gone through yet."""
        self.seen = seen
        self.request = Copy(watching.budget)
        self.answer = Copy(watching.budget)
        self.request_encoding = ""
        self.request_whole = False
        self._watching = watching
        self._over = False

    def begins(self) -> None:
        """The request goes out now."""
        self.seen.started_at, self.seen.began = self._watching.clock(), self._watching.monotonic()

    def answered(self, piece: bytes) -> None:
        """A piece of the answer is here."""
        self.answer.add(piece)
        self.seen.ended = self._watching.monotonic()

    def ends(self, status: int, headers: Mapping[str, str], *, whole: bool) -> None:
        """Everything that was to go through did, or, where not `whole`, the caller went away before."""
        if not self._over:
            answer = Body(pieces=(), encoding=headers.get("Content-Encoding", ""), whole=whole)
            self._end(answer, lambda: self._failure(status, answer, headers))

    def fails(self, failure: Failure) -> None:
        """No answer came, or half of one."""
        self.seen.ended = self._watching.monotonic()
        self._end(Body(), lambda: failure)

    def abandoned(self) -> None:
        """The caller went away before anything came."""
        if not self._over:
            self._over = True
            self._watching.lose(self, ABANDONED)

    def _failure(self, status: int, answer: Body, headers: Mapping[str, str]) -> Failure | None:
        return None if status == OK else failure_of(status, answer, headers.get("Retry-After", ""))

    def _end(self, answer: Body, failure: Callable[[], Failure | None]) -> None:
        if self._over:
            return
        self._over = True
        if self.request.full or self.answer.full:
            self._watching.lose(self, MEMORY_FULL)
        elif not self.request_whole:
            self._watching.lose(self, CUT_SHORT)
        else:
            self._watching.offer(self, answer, failure)


class Watching:
    """The calls under way in this process. Used by the event loop's thread alone; `under_way` may be read by any."""

    def __init__(
        self,
        *,
        routes: Iterable[Route],
        budget: Budget,
        remember: Remember,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`remember` takes the marks of an answer and the model they came from."""
        self.budget = budget
        self.clock = clock
        self.monotonic = monotonic
        self.offered = 0
        self._door: Takes | None = None
        self._remember = remember
        self._say = Once()
        # Every key from the start: a dictionary that never grows may be copied by another thread at any time.
        self._under_way = Counter(dict.fromkeys((name for route in routes for name, _ in route.samples), 0))

    def hand_to(self, door: Takes) -> None:
        """Where captures and counts go."""
        self._door = door

    def under_way(self) -> Mapping[str, int]:
        """Calls that began and did not end, by migration."""
        return dict(self._under_way)

    def watch(self, route: Route, way: Way, labels: Labels) -> Watch:
        """A call that begins."""
        watch = Watch(self, Seen(route, way, labels))
        self._count(route, 1)
        return watch

    def unseen(self, route: Route, method: str) -> None:
        """A way of asking for pictures that nobody looks into."""
        self._say.warning(f"{method} is not captured: what it makes is not compared")
        self._lose(route, NOT_CAPTURED + method, self.clock())

    def offer(self, watch: Watch, answer: Body, failure: Callable[[], Failure | None]) -> None:
        """Hand over a call that is over."""
        seen = watch.seen
        try:
            seen.size += watch.request.size + watch.answer.size
            request = Body(pieces=watch.request.taken(), encoding=watch.request_encoding)
            answer.pieces = watch.answer.taken()
            exchange = Exchange(model=seen.model, request=request, answer=answer, remember=self._remember)
            seen.failure = failure()
            seen.asked = Asked(what=exchange)
            seen.answers = (exchange,)
            if self._door is not None:
                self._door.offer(seen)
            self.offered += 1
        except Exception as error:
            self._say.error("a live call was not captured", error)
        finally:
            self._count(seen.route, -1)

    def lose(self, watch: Watch, reason: str) -> None:
        """Count a call that is over and cannot be captured."""
        watch.request.let_go()
        watch.answer.let_go()
        self._lose(watch.seen.route, reason, watch.seen.started_at or self.clock())
        self._count(watch.seen.route, -1)

    def _lose(self, route: Route, reason: str, at: float) -> None:
        try:
            if self._door is not None:
                self._door.lose(route, reason, at)
        except Exception as error:
            self._say.error("a live call was not counted", error)

    def _count(self, route: Route, number: int) -> None:
        for name, _ in route.samples:
            self._under_way[name] += number
