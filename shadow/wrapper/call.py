"""One live call: what was asked is kept as it goes out, what comes is read as it comes, both are handed over.

Runs on the caller, as `wrapper.live` does, and under the same rules.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shadow.capture import Labels, Route, Seen
from shadow.pair import Arm
from shadow.providers.answer import Answer, Failure, joined, read_error
from shadow.providers.way import UNREADABLE, Asked, Scan, Way

if TYPE_CHECKING:
    from shadow.wrapper.live import LivePath

ABANDONED = "abandoned by the caller"


class Call:
    """One live call under way."""

    __slots__ = (
        "_arm",
        "_asked",
        "_began",
        "_chunks",
        "_ended",
        "_labels",
        "_live",
        "_route",
        "_scan",
        "_started_at",
        "_way",
        "arguments",
    )

    def __init__(
        self,
        live: "LivePath",
        *,
        way: Way,
        route: Route,
        arm: Arm,
        arguments: Mapping[str, Any],
        scan: Scan,
        labels: Labels,
    ) -> None:
        """`arguments` are the caller's; the attribute of that name is what the bare client must be given."""
        self._live = live
        self._way = way
        self._route = route
        self._arm = arm
        self._scan = scan
        self._labels = labels
        self._asked = Asked(what=None, size=0, copied=0)
        self._chunks: list[Answer] = []
        self._began = self._ended = self._started_at = 0.0
        self.arguments = dict(arguments)
        if arm is Arm.CANDIDATE and route.candidate is not None:
            self.arguments["model"] = arguments["model"].removesuffix(route.incumbent) + route.candidate

    @property
    def _model(self) -> str:
        return self._route.incumbent if self._arm is Arm.INCUMBENT else self._route.candidate or ""

    def start(self) -> None:
        """The request goes out now. Never raises."""
        try:
            if not self._scan.reason:
                self._asked = self._way.keep(self.arguments)
            self._started_at = self._live.clock()
            self._ended = self._began = self._live.monotonic()
        except Exception as error:
            self._scan = self._scan._replace(reason=UNREADABLE)
            self._live.say.error("a request could not be kept", error)

    def saw(self, chunk: Any) -> None:
        """A piece of the answer is here. Never raises."""
        try:
            self._ended = self._live.monotonic()
            answer = self._way.read(chunk)
            self._live.issued(answer, self._model)
            self._chunks.append(answer)
        except Exception as error:
            self._scan = self._scan._replace(reason=self._scan.reason or UNREADABLE)
            self._live.say.error("an answer could not be read", error)

    def answered(self, response: Any) -> None:
        """The whole answer is here. Never raises."""
        if self._scan.readable:
            self.saw(response)
        self.ended()

    def ended(self) -> None:
        """Every piece of the answer was here. Never raises."""
        try:
            self._hand_over(self._chunks[0] if len(self._chunks) == 1 else joined(self._chunks))
        except Exception as error:
            self._live.say.error("a live call was not captured", error)

    def failed(self, error: BaseException) -> None:
        """The call raised. Never raises itself."""
        if not isinstance(error, Exception):  # cancelled or interrupted: nobody knows what the model would have said
            self.abandoned()
            return
        try:
            self._ended = self._live.monotonic()
            self._hand_over(read_error(error))
        except Exception as failure:
            self._live.say.error("a live call was not captured", failure)

    def abandoned(self) -> None:
        """The caller reads no further. What came is the outcome where the picture is among it. Never raises."""
        if any(chunk.final for chunk in self._chunks):
            self.ended()
        else:
            self._lose(ABANDONED)

    def _hand_over(self, answer: Answer | Failure) -> None:
        reason = self._scan.reason or (answer.not_compared if isinstance(answer, Answer) else "")
        if reason:
            self._lose(reason)
            return
        self._live.door.offer(
            Seen(
                route=self._route,
                arm=self._arm,
                model=self._model,
                way=self._way,
                asked=self._asked,
                answer=answer,
                labels=self._labels,
                started_at=self._started_at,
                latency=self._ended - self._began,
            )
        )

    def _lose(self, reason: str) -> None:
        try:
            self._live.door.lose(self._route, reason, self._started_at)
        except Exception as error:
            self._live.say.error("a live call was not counted", error)
