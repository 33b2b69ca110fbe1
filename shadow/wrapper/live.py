"""What happens around one live call: choose the arm, keep what was asked, hand over what came.

Everything here runs on the caller. Nothing in it waits, writes, serialises, hashes a picture or wakes a thread, and
nothing it does wrong reaches the caller.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from shadow.assignment import assigned
from shadow.capture import Labels, Route, Seen
from shadow.pair import Arm
from shadow.providers.answer import Answer
from shadow.providers.turns import field
from shadow.providers.way import UNREADABLE, Scan, Way
from shadow.telling import Once
from shadow.wrapper.call import Call
from shadow.wrapper.issued import Issued
from shadow.wrapper.labels import current

NOT_CAPTURED = "not captured: "
"""Followed by the way of calling that nobody looks into."""


class Takes(Protocol):
    """What the live path needs of a door."""

    def offer(self, seen: Seen) -> None:
        """Take one live call."""
        ...

    def lose(self, route: Route, reason: str, at: float) -> None:
        """Count one live call that cannot be compared; `at` is Unix time."""
        ...


class LivePath:
    """The routes, the percentages and the door of one process."""

    def __init__(
        self,
        *,
        routes: Mapping[str, Route],
        percent: Callable[[str], float],
        door: Takes,
        deaf: str = "",
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`routes` by incumbent model id; `percent` gives a migration's current percentage without any IO.

        `deaf` says why nothing is captured, where nothing is: traffic is still routed, calls are counted.
        """
        self._routes = routes
        self._percent = percent
        self._deaf = deaf
        self._issued = Issued()
        self.door = door
        self.say = Once()
        self.clock = clock
        self.monotonic = monotonic

    def begin(self, way: Way, given: tuple[Any, ...], arguments: Mapping[str, Any]) -> Call | None:
        """A call to look at, or None where it is not ours: its model is in no migration. Never raises."""
        try:
            if given or (route := self._route(arguments.get("model"))) is None:
                self._look_at_request(arguments)
                return None
            scan = self._scan(way, arguments)
            labels = current()
            arm = self._arm(route, way, scan, labels)
            return Call(self, way=way, route=route, arm=arm, arguments=arguments, scan=scan, labels=labels)
        except Exception as error:
            self.say.error("a live call is not looked at", error)
            return None

    def unseen(self, name: str, model: Any) -> None:
        """Count a call of a way that nobody looks into, and name the way once. Never raises."""
        try:
            self.say.warning(f"{name} is not captured: what it makes is not compared")
            if (route := self._route(model)) is not None:
                self.door.lose(route, NOT_CAPTURED + name, self.clock())
        except Exception as error:
            self.say.error("a call was not counted", error)

    def issued(self, answer: Answer, model: str) -> None:
        """Remember whose turn this answer is."""
        self._issued.remember(answer.marks, model)

    def _route(self, model: Any) -> Route | None:
        # "models/M" and "publishers/google/models/M" name the same model as "M".
        return self._routes.get(model.rpartition("/")[2]) if isinstance(model, str) else None

    def _look_at_request(self, arguments: Mapping[str, Any]) -> None:
        if (request := arguments.get("request")) is not None:
            self.unseen("interactions.create(request=...)", field(field(request, "body"), "model"))

    def _scan(self, way: Way, arguments: Mapping[str, Any]) -> Scan:
        try:
            scan = way.scan(arguments)
        except Exception as error:
            self.say.error("a request could not be read", error)
            return Scan(reason=UNREADABLE)
        return scan._replace(reason=self._deaf) if self._deaf else scan

    def _arm(self, route: Route, way: Way, scan: Scan, labels: Labels) -> Arm:
        """The arm that serves: the one that issued the conversation, else the one its key is assigned to."""
        if route.serving is None or route.candidate is None or scan.bound:
            return Arm.INCUMBENT
        if scan.marks is not None:
            issuer = self._issued.by(scan.marks)
            if issuer in (route.incumbent, route.candidate):
                return Arm.CANDIDATE if issuer == route.candidate else Arm.INCUMBENT
        try:
            percent = self._percent(route.serving)
            if percent <= 0 or percent >= 100:
                return assigned("", route.serving, percent)
            if scan.opening is None and not labels.key:
                return Arm.INCUMBENT  # it goes on from something this process has not seen
            return assigned(labels.key or way.words(scan.opening), route.serving, percent)
        except Exception as error:
            self.say.error("assignment failed; the incumbent serves", error)
            return Arm.INCUMBENT
