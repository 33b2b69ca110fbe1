"""What happens around one live call: choose the arm, keep what was asked, hand over what came.

Everything here runs on the caller. Nothing in it waits, writes, serialises, hashes a picture or wakes a thread, and
nothing it does wrong reaches the caller. It is written in few and flat steps: after a call has moved megabytes the
processor's caches are cold, and every function and object that is touched costs microseconds.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from shadow.capture import Route, Seen
from shadow.pair import Arm
from shadow.providers.failure import read_error
from shadow.providers.turns import field
from shadow.providers.way import UNREADABLE, Asked, Way
from shadow.telling import Once
from shadow.wrapper.fallback import Fallback
from shadow.wrapper.labels import LABELS
from shadow.wrapper.serving import Serving

ABANDONED = "abandoned by the caller"
NOT_CAPTURED = "not captured: "
"""Followed by the way of calling that nobody looks into."""
UNREAD = Asked(reason=UNREADABLE)


class Takes(Protocol):
    """What the live path needs of a door."""

    def expect(self, seen: Seen) -> None:
        """A call is under way; its request may be kept meanwhile (`Seen.keep_meanwhile`)."""
        ...

    def offer(self, seen: Seen) -> bool:
        """Take one live call; whether there was room for it."""
        ...

    def also(self, work: Callable[[], object]) -> None:
        """Do this too, every few milliseconds and on no caller's time."""
        ...

    def lose(self, route: Route, reason: str, at: float) -> None:
        """Count one live call that cannot be compared; `at` is Unix time."""
        ...


class LivePath:
    """The routes, the percentages and the door of one process. None of its methods raises."""

    def __init__(
        self,
        *,
        routes: Mapping[str, Route],
        percent: Callable[[str], float],
        door: Takes,
        deaf: str = "",
        fallback: Fallback | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`routes` by incumbent model id; `percent` gives a migration's current percentage without any IO.

        `deaf` says why nothing is captured, where nothing is: traffic is still routed, calls are counted. `fallback`
        says whom to ask where an arm fails; without one nobody.
        """
        self._fallback = fallback or Fallback()
        self._routes = routes
        self._percent = percent
        self._serving = Serving(percent)
        self._moved, self._issued = self._serving.moved, self._serving.issued
        self._door = door
        self._deaf = deaf
        self._clock = clock
        self._monotonic = monotonic
        self._say = Once()
        try:
            door.also(self._issued.sort_in)
        except Exception as error:
            self._say.error("the door is a defect; nothing will be captured", error)

    def begin(
        self, way: Way, given: tuple[Any, ...], arguments: dict[str, Any], *, meanwhile: bool = False
    ) -> Seen | None:
        """A call to look at, or None where it is not ours: its model is in no migration.

        Where the candidate serves, the model among the arguments is its. `meanwhile` says that the caller's thread
        waits for the answer and can change nothing till then; else the request is kept at once, or by `start`.
        """
        if meanwhile and not given:
            try:
                model: Any = arguments.get("model")
                route = self._routes.get(model)
                if route is not None and not self._deaf:
                    serving = route.serving
                    if serving is None or (serving not in self._moved and self._percent(serving) <= 0):
                        seen = Seen(route, way, LABELS.get())
                        seen.arguments = arguments
                        self._door.expect(seen)
                        seen.started_at = self._clock()
                        seen.began = self._monotonic()
                        return seen
            except Exception:
                seen = None  # a closer look says what is wrong
        return self._begin_closely(way, given, arguments, meanwhile=meanwhile)

    def _begin_closely(
        self, way: Way, given: tuple[Any, ...], arguments: dict[str, Any], *, meanwhile: bool
    ) -> Seen | None:
        try:
            model: Any = arguments.get("model")
            route = self._routes.get(model) or self._route_of_path(model)
            if route is None or given:
                self._look_at_request(arguments)
                return None
            seen = Seen(route, way, LABELS.get())
            serving = route.serving
            # While no traffic ever moved, every conversation is the incumbent's and there is nothing to look up.
            if serving is not None and self._serving.moves(serving):
                seen.asked = asked = self._ask(way, arguments)
                if route.candidate and self._serving.arm(route, way, asked, seen.labels) is Arm.CANDIDATE:
                    seen.arm, seen.model = Arm.CANDIDATE, route.candidate
                    arguments["model"] = model.removesuffix(route.incumbent) + route.candidate
            elif meanwhile and not self._deaf:
                seen.arguments = arguments
            else:
                seen.asked = self._ask(way, arguments)
            if not self._deaf:
                self._door.expect(seen)
            seen.started_at = self._clock()
            seen.began = seen.ended = self._monotonic()
        except Exception as error:
            self._say.error("a live call is not looked at", error)
            return None
        return seen

    def start(self, seen: Seen, arguments: Mapping[str, Any]) -> None:
        """The request of a stream goes out only now: it is asked what its arguments say now."""
        try:
            seen.asked = self._ask(seen.way, arguments)
            seen.started_at = self._clock()
            seen.began = seen.ended = self._monotonic()
        except Exception as error:
            self._say.error("a stream is not looked at", error)

    def answered(self, seen: Seen, answer: Any) -> None:
        """The whole answer is here: `saw` and `ended` in one, for the way that most calls go.

        While no traffic ever moved, nobody asks who issued a turn, and the drain remembers that later.
        """
        try:
            seen.ended = self._monotonic()
            asked = seen.asked
            if asked is None:
                asked = self._kept_now(seen)
            seen.arguments = None
            if not asked.reason and not self._moved:
                size, seen.picture = seen.way.weigh(answer)
                seen.answers = (answer,)
                seen.size += asked.size + size
                if self._door.offer(seen):
                    self._issued.later(seen)
                else:
                    self._issued.remember(seen.way.marks(answer), seen.model)
                return
        except Exception as error:
            seen.asked = UNREAD
            self._say.error("an answer could not be read", error)
        else:
            self.saw(seen, answer)
        self.ended(seen)

    def saw(self, seen: Seen, answer: Any) -> None:
        """An answer, or a chunk of one, is here."""
        try:
            seen.ended = self._monotonic()
            asked = seen.asked or self._kept_now(seen)
            seen.arguments = None
            if asked.readable:
                size, picture = seen.way.weigh(answer)
                self._issued.remember(seen.way.marks(answer), seen.model)
                if not asked.reason:
                    seen.size += size
                    seen.picture = picture or seen.picture
                    seen.answers += (answer,)
        except Exception as error:
            seen.asked = seen.asked if seen.asked and seen.asked.reason else UNREAD
            self._say.error("an answer could not be read", error)

    def ended(self, seen: Seen) -> None:
        """Everything that there was to see was seen."""
        try:
            asked = seen.asked or UNREAD
            if asked.reason:
                self._door.lose(seen.route, asked.reason, seen.started_at)
            else:
                seen.size += asked.size
                self._door.offer(seen)
        except Exception as error:
            self._say.error("a live call was not captured", error)

    def failed(self, seen: Seen, error: BaseException) -> None:
        """The call raised."""
        try:
            seen.ended = self._monotonic()
            seen.asked = seen.asked or self._kept_now(seen)
            seen.arguments = None
            if isinstance(error, Exception):
                # Its leaves: the exception itself would hold the caller's frames.
                seen.failure = read_error(error)
                seen.size += len(seen.failure.detail)
        except Exception as unread:
            seen.asked = UNREAD
            self._say.error("an error could not be read", unread)
        if isinstance(error, Exception):
            self.ended(seen)
        else:  # cancelled or interrupted: nobody knows what the model would have said
            self.abandoned(seen)

    def failed_over(self, seen: Seen, arguments: Mapping[str, Any], error: BaseException) -> dict[str, Any] | None:
        """The call raised. The arguments for the other arm, where that is to be asked in its place."""
        second = self._fallback.second(seen, arguments, error)
        self.failed(seen, error)
        return second

    def stood_in(self, seen: Seen, answer: Any) -> Any:
        """The other arm's answer, which goes to the caller."""
        self._fallback.served(self._issued, seen, answer)
        return answer

    def abandoned(self, seen: Seen) -> None:
        """The caller reads no further. What came is the outcome where the picture is among it."""
        if seen.picture is None and not (seen.asked or UNREAD).reason:
            seen.asked = Asked(reason=ABANDONED)
        self.ended(seen)

    def unseen(self, name: str, model: Any) -> None:
        """Count a call of a way that nobody looks into, and name the way once."""
        try:
            self._say.warning(f"{name} is not captured: what it makes is not compared")
            if (route := self._routes.get(model) or self._route_of_path(model)) is not None:
                self._door.lose(route, NOT_CAPTURED + name, self._clock())
        except Exception as error:
            self._say.error("a call was not counted", error)

    def _route_of_path(self, model: Any) -> Route | None:
        """ "models/M" and "publishers/google/models/M" name the same model as "M"."""
        if not isinstance(model, str) or "/" not in model:
            return None
        return self._routes.get(model.rpartition("/")[2])

    def _look_at_request(self, arguments: Mapping[str, Any]) -> None:
        if (request := arguments.get("request")) is not None:
            self.unseen("interactions.create(request=...)", field(field(request, "body"), "model"))

    def _kept_now(self, seen: Seen) -> Asked:
        """The call was faster than the drain: its request is kept now that it is over, before its caller goes on."""
        seen.asked = asked = self._ask(seen.way, seen.arguments or {})
        return asked

    def _ask(self, way: Way, arguments: Mapping[str, Any]) -> Asked:
        try:
            asked = way.ask(arguments)
        except Exception as error:
            self._say.error("a request could not be read", error)
            return UNREAD
        return asked._replace(what=None, reason=self._deaf) if self._deaf else asked
