"""Every way of asking google-genai for a picture, as one function each, and a client whose answers are canned."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import certifi
import httpx2
from canned import CANDIDATE, INCUMBENT, painted, picture_answer
from google import genai
from google.genai import types

from shadow.brief import Brief
from shadow.capture import Route, Seen
from shadow.capture.drain import outcome_of_call
from shadow.pair import Outcome
from shadow.wrapper import LivePath, WrappedClient, wrapped

ROUTE = Route(incumbent=INCUMBENT, serving="pro", candidate=CANDIDATE, samples=(("pro", 1.0),))
ROUTES = {INCUMBENT: ROUTE}
FOX = "a fox"
Reply = Callable[[str, Mapping[str, Any]], httpx2.Response]


def body_of(model: str) -> dict[str, Any]:
    """Each model paints in its own colour and signs with its own name."""
    made = picture_answer(painted("gold" if model == CANDIDATE else "navy"))
    made["candidates"][0]["content"]["role"] = "model"
    made["candidates"][0]["content"]["parts"][0]["thoughtSignature"] = b64encode(model.encode() * 9).decode()
    return made | {"usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 1120}}


def interaction_of(model: str) -> dict[str, Any]:
    """The same as an interaction."""
    blob = body_of(model)["candidates"][0]["content"]["parts"][0]["inlineData"]
    content = [{"type": "image", "mime_type": blob["mimeType"], "data": blob["data"]}]
    usage = {"total_input_tokens": 3, "total_output_tokens": 1120}
    steps = [{"type": "model_output", "content": content}]
    return {"id": f"of-{model}", "status": "completed", "model": model, "steps": steps, "usage": usage}


def frames_of(model: str) -> bytes:
    """The same as a stream: words, the picture, the end."""
    whole = body_of(model)["candidates"][0]
    parts = [{"text": "Here "}, *whole["content"]["parts"]]
    frames: list[dict[str, Any]] = [{"candidates": [{"content": {"parts": [part], "role": "model"}}]} for part in parts]
    end = {"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": "STOP"}
    usage = {"promptTokenCount": 3, "candidatesTokenCount": 1120}
    frames.append({"candidates": [end], "usageMetadata": usage, "modelVersion": "v"})
    return b"".join(b"data: " + json.dumps(frame).encode() + b"\r\n\r\n" for frame in frames)


def by_model(model: str, body: Mapping[str, Any]) -> httpx2.Response:
    """What `model` answers to a generate call."""
    del body
    return httpx2.Response(200, json=body_of(model))


def refusing(model: str, body: Mapping[str, Any]) -> httpx2.Response:
    """A quota that is used up."""
    del model, body
    error = {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}
    return httpx2.Response(429, json={"error": error})


def client_on(reply: Reply | None = None) -> genai.Client:
    """A real client, sync and async, on canned answers. `reply` answers in place of each model."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content)
        if request.url.path.endswith("/interactions"):
            return reply(body["model"], body) if reply else httpx2.Response(200, json=interaction_of(body["model"]))
        model, method = request.url.path.split("/models/")[1].split(":")
        if reply is not None:
            return reply(model, body)
        if method == "streamGenerateContent":
            return httpx2.Response(200, content=frames_of(model), headers={"content-type": "text/event-stream"})
        return by_model(model, body)

    transport = {"transport": httpx2.MockTransport(handle)}
    once = types.HttpRetryOptions(attempts=1)
    options = types.HttpOptions(client_args=transport, async_client_args=transport, retry_options=once)
    return genai.Client(api_key="k", http_options=options)


class Offers:
    """Stands where the door does and remembers what came."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.lost: list[str] = []

    def expect(self, seen: Seen) -> None:
        assert seen.arguments is not None or seen.asked is not None

    def also(self, work: Callable[[], object]) -> None:
        self.look = work

    def offer(self, seen: Seen) -> bool:
        assert seen.arguments is None
        self.seen.append(seen)
        return True

    def lose(self, route: Route, reason: str, at: float) -> None:
        del at
        assert route is ROUTE
        self.lost.append(reason)


def observed(client: Any, door: Any, percent: Callable[[str], float] = lambda _: 0.0, **more: Any) -> WrappedClient:
    """The client, looked at."""
    return wrapped(client, LivePath(routes=ROUTES, percent=percent, door=door, **more))


def outcome(seen: Seen) -> Outcome:
    """What the drain will make of the answer."""
    return outcome_of_call(seen)


def brief(seen: Seen) -> Brief:
    """What the drain will make of the request."""
    assert seen.asked is not None
    return seen.way.brief(seen.asked.what)[0]


def picture_in(response: types.GenerateContentResponse) -> list[bytes | None]:
    """The pictures of a response or a chunk."""
    parts = (response.candidates or [types.Candidate()])[0].content
    return [part.inline_data.data for part in (parts and parts.parts) or () if part.inline_data]


def plain(client: Any) -> Any:
    """`models.generate_content`."""
    return picture_in(client.models.generate_content(model=INCUMBENT, contents=FOX))


def stream(client: Any) -> Any:
    """`models.generate_content_stream`, read to its end."""
    return [picture_in(chunk) for chunk in client.models.generate_content_stream(model=INCUMBENT, contents=FOX)]


def chat(client: Any) -> Any:
    """A chat of one turn."""
    return picture_in(client.chats.create(model=INCUMBENT).send_message(FOX))


def chat_stream(client: Any) -> Any:
    """A chat of one streamed turn."""
    return [picture_in(chunk) for chunk in client.chats.create(model=INCUMBENT).send_message_stream(FOX)]


def interaction(client: Any) -> Any:
    """`interactions.create`."""
    made = client.interactions.create(model=INCUMBENT, input=FOX, response_format={"type": "image"})
    return made.output_image.data


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine, in a loop of its own."""
    return asyncio.run(work)


def async_plain(client: Any) -> Any:
    """`aio.models.generate_content`."""

    async def ask() -> Any:
        return picture_in(await client.aio.models.generate_content(model=INCUMBENT, contents=FOX))

    return run(ask())


def async_stream(client: Any) -> Any:
    """`aio.models.generate_content_stream`, read to its end."""

    async def ask() -> Any:
        chunks = await client.aio.models.generate_content_stream(model=INCUMBENT, contents=FOX)
        return [picture_in(chunk) async for chunk in chunks]

    return run(ask())


def async_chat(client: Any) -> Any:
    """An async chat of one turn."""

    async def ask() -> Any:
        return picture_in(await client.aio.chats.create(model=INCUMBENT).send_message(FOX))

    return run(ask())


def async_chat_stream(client: Any) -> Any:
    """An async chat of one streamed turn."""

    async def ask() -> Any:
        chunks = await client.aio.chats.create(model=INCUMBENT).send_message_stream(FOX)
        return [picture_in(chunk) async for chunk in chunks]

    return run(ask())


def async_interaction(client: Any) -> Any:
    """`aio.interactions.create`."""

    async def ask() -> Any:
        made = await client.aio.interactions.create(model=INCUMBENT, input=FOX, response_format={"type": "image"})
        return made.output_image.data

    return run(ask())


WAYS: Mapping[str, Callable[[Any], Any]] = {
    way.__name__: way
    for way in (
        *(plain, stream, chat, chat_stream, interaction),
        *(async_plain, async_stream, async_chat, async_chat_stream, async_interaction),
    )
}


def one_certificate(folder: Path) -> Path:
    """A file with one of the world's certificates: reading all of them takes each client a quarter of a second."""
    text = Path(certifi.where()).read_text(encoding="utf-8")
    end = "-----END CERTIFICATE-----"
    path = folder / "one.pem"
    path.write_text(text[text.index("-----BEGIN") : text.index(end) + len(end)] + "\n")
    return path
