"""A client that looks like `genai.Client` and hands over what it saw.

The caller gets what the bare client gives: the same response object, the same exception. Whatever goes wrong on our
side costs a counter or a log line, never the call.
"""

import contextlib
import contextvars
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shadow.assignment import assigned
from shadow.capture import Door, Labels, Route, Seen
from shadow.pair import Arm
from shadow.providers.answer import picture_of

log = logging.getLogger("shadow")

NO_LABELS = Labels()
_labels: contextvars.ContextVar[Labels] = contextvars.ContextVar("shadow_labels", default=NO_LABELS)


@contextlib.contextmanager
def labels(
    *, key: str = "", segment: str = "", cluster: str = "", tags: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Say of the briefs sent inside the block whose they are and how to group them.

    `key` is sticky: the same key is served by the same arm. `segment` is the brief's category, `cluster` a coarser
    grouping (campaign, session), `tags` are free. Works in threads and asyncio alike (`contextvars`).
    """
    token = _labels.set(Labels(key=key, segment=segment, cluster=cluster, tags=tags or {}))
    try:
        yield
    finally:
        _labels.reset(token)


class LivePath:
    """What happens around one live call: choose the arm, call, hand over."""

    def __init__(
        self,
        *,
        routes: Mapping[str, Route],
        percent: Callable[[str], float],
        door: Door,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`routes` by incumbent model id; `percent` gives a migration's current percentage without any IO."""
        self._routes = routes
        self._percent = percent
        self._door = door
        self._clock = clock
        self._monotonic = monotonic

    def route(self, arguments: Mapping[str, Any]) -> Route | None:
        """The route of a request, or None where its model is in no migration."""
        model = arguments.get("model")
        return self._routes.get(model.removeprefix("models/")) if isinstance(model, str) else None

    def call(self, route: Route, bare: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Make the call on the arm that serves, and hand over what came of it."""
        arm, asked = self._served_by(route, arguments)
        started_at, began = self._clock(), self._monotonic()
        try:
            response = bare(**asked)
        except Exception as error:
            self._hand_over(route, arm, asked, None, error, started_at, self._monotonic() - began)
            raise
        self._hand_over(route, arm, asked, response, None, started_at, self._monotonic() - began)
        return response

    def _served_by(self, route: Route, arguments: dict[str, Any]) -> tuple[Arm, dict[str, Any]]:
        try:
            percent = self._percent(route.serving) if route.serving else 0.0
            if route.serving is None or percent <= 0:
                return Arm.INCUMBENT, arguments
            key = _labels.get().key or _words(arguments.get("contents"))
            if assigned(key, route.serving, percent) is Arm.CANDIDATE:
                return Arm.CANDIDATE, {**arguments, "model": route.candidate}
        except Exception:
            log.exception("assignment failed; the incumbent serves")
        return Arm.INCUMBENT, arguments

    def _hand_over(
        self,
        route: Route,
        arm: Arm,
        asked: Mapping[str, Any],
        response: Any,
        error: BaseException | None,
        started_at: float,
        latency: float,
    ) -> None:
        try:
            picture = picture_of(response) if response is not None else None
            self._door.offer(
                Seen(
                    route=route,
                    arm=arm,
                    model=asked["model"].removeprefix("models/"),
                    contents=asked.get("contents"),
                    config=asked.get("config"),
                    labels=_labels.get(),
                    response=response,
                    error=error,
                    started_at=started_at,
                    latency=latency,
                    size=len(picture) if picture else 0,
                )
            )
        except Exception:
            log.exception("a live call was not captured")


class WrappedModels:
    """`client.models` with `generate_content` observed; everything else is the client's own."""

    def __init__(self, models: Any, live: LivePath) -> None:
        """`models` is the client's own object."""
        self._models = models
        self._live = live

    def __getattr__(self, name: str) -> Any:
        """The client's own attribute."""
        return getattr(self._models, name)

    def generate_content(self, *args: Any, **kwargs: Any) -> Any:
        """As `google.genai.models.Models.generate_content`: same arguments, same response, same exceptions."""
        route = None if args else self._live.route(kwargs)
        if route is None:
            return self._models.generate_content(*args, **kwargs)
        return self._live.call(route, self._models.generate_content, kwargs)


class WrappedClient:
    """Looks like the `genai.Client` it wraps; `models.generate_content` is observed, the rest passes through."""

    def __init__(self, client: Any, live: LivePath) -> None:
        """`client` is held as long as this object is: google-genai closes a client that nobody holds."""
        self._client = client
        self.models = WrappedModels(client.models, live)

    def __getattr__(self, name: str) -> Any:
        """The client's own attribute."""
        return getattr(self._client, name)

    def __enter__(self) -> "WrappedClient":
        """As the client's own; returns the wrapped client."""
        self._client.__enter__()
        return self

    def __exit__(self, *exception: object) -> Any:
        """As the client's own."""
        return self._client.__exit__(*exception)


def _words(contents: Any) -> str:
    if isinstance(contents, str):
        return contents
    if isinstance(contents, list | tuple):
        return "\n".join(filter(None, map(_words, contents)))
    if isinstance(contents, Mapping):
        return contents.get("text") or _words(contents.get("parts"))
    return getattr(contents, "text", None) or _words(getattr(contents, "parts", None) or "")
