"""A client that looks like the `genai.Client` it wraps: a few of its parts are looked at, the rest is its own."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from shadow.providers.interaction import INTERACT
from shadow.providers.request import GENERATE
from shadow.providers.way import Way
from shadow.wrapper.calls import Shape, awaited, plain, streamed, streamed_async
from shadow.wrapper.live import LivePath

Part = Callable[[Any], Any]
"""Makes of a part of the client the one that takes its place."""

MODELS: Mapping[str, tuple[Shape, Way]] = {
    "generate_content": (plain, GENERATE),
    "generate_content_stream": (streamed, GENERATE),
}
ASYNC_MODELS: Mapping[str, tuple[Shape, Way]] = {
    "generate_content": (awaited, GENERATE),
    "generate_content_stream": (streamed_async, GENERATE),
}
UNSEEN_MODELS = ("generate_images", "edit_image", "upscale_image", "recontext_image")
UNSEEN_INTERACTIONS = ("with_raw_response", "with_streaming_response")
UNSEEN_PARTS: Mapping[str, tuple[str, ...]] = {
    "batches": ("create",),
    "live": ("connect",),
    "agents": ("create",),
    "triggers": ("create", "run"),
}
"""Ways that could make pictures and are not looked into: counted where they name a model of ours, named once."""


class Observed:
    """A part of the client in which some attributes are replaced; everything else is the part's own.

    Passes `isinstance` for the part's class: google-genai's own chats ask for it.
    """

    def __init__(self, part: Any, replaced: Mapping[str, Part]) -> None:
        """`replaced` by attribute name, made at its first use and then kept, as the client keeps its parts."""
        self._shadow_part = part
        self._shadow_replaced = replaced

    @property  # type: ignore[misc]  # the class is the part's and is not to be assigned
    def __class__(self) -> Any:
        """The class of the part."""
        return type(self._shadow_part)

    def __getattr__(self, name: str) -> Any:
        """The part's own attribute, or what stands in its place."""
        if name.startswith("_shadow_"):  # not made yet, as in an object that is being unpickled
            raise AttributeError(name)
        own = getattr(self._shadow_part, name)
        make = self._shadow_replaced.get(name)
        if make is None:
            return own
        self.__dict__[name] = made = make(own)
        return made

    def __dir__(self) -> list[str]:
        """The attributes of the part."""
        return dir(self._shadow_part)


class WrappedClient(Observed):
    """A client, sync or async, with its parts looked at.

    Holds the client it wraps: google-genai closes one that nobody holds.
    """

    def __enter__(self) -> "WrappedClient":
        """As the client's own; returns the wrapped client."""
        self._shadow_part.__enter__()
        return self

    def __exit__(self, *exception: object) -> Any:
        """As the client's own."""
        return self._shadow_part.__exit__(*exception)

    async def __aenter__(self) -> "WrappedClient":
        """As the client's own; returns the wrapped client."""
        await self._shadow_part.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> Any:
        """As the client's own."""
        return await self._shadow_part.__aexit__(*exception)


def wrapped(client: Any, live: LivePath) -> WrappedClient:
    """The client with everything it makes pictures with looked at. One that is wrapped already is given back."""
    return client if type(client) is WrappedClient else _client(client, live, MODELS, plain)


def _client(client: Any, live: LivePath, models: Mapping[str, tuple[Shape, Way]], create: Shape) -> WrappedClient:
    parts: dict[str, Part] = {
        "models": lambda own: _part(own, live, "models", models, UNSEEN_MODELS),
        "interactions": lambda own: _interactions(own, live, create),
        # google-genai makes its chats of the models they send through; so do we, of ours.
        "chats": lambda own: type(own)(modules=made.models),
        "aio": lambda own: _client(own, live, ASYNC_MODELS, awaited),
        **{name: _unseen(live, name, methods) for name, methods in UNSEEN_PARTS.items()},
    }
    made = WrappedClient(client, parts)
    return made


def _interactions(own: Any, live: LivePath, create: Shape) -> Observed:
    parts: dict[str, Part] = {name: _unseen(live, f"interactions.{name}", ("create",)) for name in UNSEEN_INTERACTIONS}
    parts["create"] = lambda _: create(own, "create", live, INTERACT)
    return Observed(own, parts)


def _part(
    own: Any, live: LivePath, label: str, seen: Mapping[str, tuple[Shape, Way]], unseen: tuple[str, ...]
) -> Observed:
    def observed(shape: Shape, name: str, way: Way) -> Part:
        return lambda _: shape(own, name, live, way)

    parts = {name: observed(shape, name, way) for name, (shape, way) in seen.items()}
    return Observed(own, parts | _counted(live, label, unseen))


def _unseen(live: LivePath, label: str, methods: tuple[str, ...]) -> Part:
    return lambda own: Observed(own, _counted(live, label, methods))


def _counted(live: LivePath, label: str, methods: tuple[str, ...]) -> dict[str, Part]:
    """Methods that are counted and otherwise the part's own."""

    def counted(bare: Any, name: str) -> Any:
        @functools.wraps(bare)
        def call(*given: Any, **arguments: Any) -> Any:
            live.unseen(f"{label}.{name}", arguments.get("model"))
            return bare(*given, **arguments)

        return call

    return {name: functools.partial(counted, name=name) for name in methods}
