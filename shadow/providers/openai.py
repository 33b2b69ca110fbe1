"""Models behind an OpenAI-compatible API: pictures, and a judge and embeddings where the service has them.

API pages: https://platform.openai.com/docs/api-reference/images, /chat, /embeddings, /models. Many services and local
servers speak it; they differ in what they accept, and what one of them refuses is worded as it was said. Reference
pictures go to `/images/edits`. A picture is embedded as an object `{"image": base64}` among the inputs, as multimodal
services take it (https://jina.ai/embeddings); OpenAI embeds words alone: leave `similarity` out of the gate there.
"""

import base64
import math
import os
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx2

from shadow.brief import Brief, Picture
from shadow.errors import ConfigError, Unavailable
from shadow.pair import Image, Outcome
from shadow.providers.answer import outcome_of_error
from shadow.providers.asking import JudgeQuestion, choice_question, score_question
from shadow.providers.failure import MALFORMED, label_of_error, without_keys
from shadow.providers.openai_answers import (
    BROKEN_ANSWERS,
    label_of,
    message_of,
    outcome_of,
    retry_after_of,
    tell_tokens,
)
from shadow.providers.provider import Choice, Content, Judgement, OnUsage, Vector, parts_of, unmetered
from shadow.providers.reading import CUT_OFF, Said, read_choice, read_judgement
from shadow.providers.rubric import Rubric
from shadow.settings import WorkerSettings

BASE_URL = "https://api.openai.com/v1"
SIDES = {"512": 512, "1K": 1024, "2K": 2048, "4K": 4096}
"""Side of a square picture of each image size, pixels."""
STEP = 16
"""Width and height are multiples of this many pixels."""


def connect(settings: WorkerSettings) -> httpx2.Client:
    """A client for the shadow calls to `OPENAI_BASE_URL` with the key in `[worker] key_env` or `OPENAI_API_KEY`.

    Raises `ConfigError` where no key is set; a local server that wants none takes any.
    """
    name = settings.key_env or "OPENAI_API_KEY"
    key = os.environ.get(name)
    if not key:
        msg = f"No API key: the provider openai needs the environment variable {name}."
        raise ConfigError(msg)
    base = os.environ.get("OPENAI_BASE_URL") or BASE_URL
    return httpx2.Client(
        base_url=base.rstrip("/") + "/",
        headers={"Authorization": f"Bearer {key}"},
        timeout=settings.call_seconds,
    )


class OpenAIProvider:
    """The provider behind an OpenAI-compatible API. One client, safe to use from several threads."""

    def __init__(
        self,
        client: httpx2.Client,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives Unix time, `monotonic` measures latency."""
        self._client = client
        # Its connections are nobody's once the provider is gone.
        weakref.finalize(self, client.close)
        self._clock = clock
        self._monotonic = monotonic
        self._bytes_by_default: set[str] = set()
        """Models that refuse the field `response_format`; the others answer with a link unless it asks for bytes."""

    def missing(self, model: str) -> str | None:
        """Why `model` cannot be asked, or None. Asks for the model's page, which costs nothing."""
        try:
            response = self._client.get(f"models/{model}")
        except httpx2.HTTPError as error:
            return label_of_error(error)
        return None if response.is_success else label_of(response)

    def generate(
        self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage = unmetered
    ) -> Outcome:
        """One outcome of `model` for `brief`; refusals, failures and lost connections are outcomes too."""
        asked: dict[str, Any] = {"model": model, "prompt": brief.prompt, "n": 1}
        if size := size_of(brief.aspect_ratio, brief.image_size):
            asked["size"] = size
        started_at, began = self._clock(), self._monotonic()
        try:
            references = [pictures[part.digest] for part in brief.parts if isinstance(part, Picture)]
            response = self._paint(asked, references)
        except httpx2.HTTPError as error:
            return outcome_of_error(error, model=model, started_at=started_at, latency=self._monotonic() - began)
        outcome = outcome_of(response, model=model, started_at=started_at, latency=self._monotonic() - began)
        tell_tokens(response, on_usage, images=int(outcome.image is not None))
        return outcome

    def embed(
        self, contents: Sequence[Content], *, model: str, dimensions: int, on_usage: OnUsage = unmetered
    ) -> tuple[Vector, ...]:
        """One unit vector per content. Words alone are sent as strings, beside pictures as objects.

        These services know no content of several parts: it is the mean of the vectors of its parts.
        """
        parts = [part for content in contents for part in parts_of(content)]
        mixed = any(isinstance(part, Image) for part in parts)
        asked = [_input(part) if mixed else part for part in parts]
        answer = self._answer("embeddings", {"model": model, "input": asked, "dimensions": dimensions}, on_usage)
        try:
            rows = sorted(answer["data"], key=lambda row: int(row["index"]))
            vectors = tuple(_unit([float(value) for value in row["embedding"]]) for row in rows)
        except BROKEN_ANSWERS as error:
            raise Unavailable(MALFORMED, repr(error)) from error
        if len(vectors) != len(parts) or any(len(vector) != dimensions for vector in vectors):
            label = "malformed embedding"
            raise Unavailable(label, f"asked {len(parts)} x {dimensions}, got {[len(item) for item in vectors]}")
        found = iter(vectors)
        return tuple(_joined([next(found) for _ in parts_of(content)]) for content in contents)

    def judge(
        self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Judgement:
        """What `model` says of `image`, over chat completions. The instructions travel apart from the brief."""
        said = self._asked(score_question(brief, rubric), [_shown(image)], model, on_usage)
        return read_judgement(said, rubric)

    def choose(
        self, brief: Brief, images: tuple[Image, Image], *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Choice:
        """Which of the two `model` prefers, shown in this order."""
        first, second = map(_shown, images)
        shown = [_words("The first picture:"), first, _words("The second picture:"), second]
        return read_choice(self._asked(choice_question(brief, rubric), shown, model, on_usage))

    def _asked(self, question: JudgeQuestion, shown: Sequence[Any], model: str, on_usage: OnUsage) -> Said:
        messages = [
            {"role": "system", "content": question.system},
            {"role": "user", "content": [_words(question.before), *shown, _words(question.after)]},
        ]
        schema = {"name": "judgement", "strict": True, "schema": _strict(question.schema)}
        form = {"type": "json_schema", "json_schema": schema}
        answer = self._answer(
            "chat/completions", {"model": model, "messages": messages, "response_format": form}, on_usage
        )
        try:
            choice = answer["choices"][0]
            said, ended = choice["message"], choice.get("finish_reason")
            blocked = said.get("refusal") or ("content_filter" if ended == "content_filter" else None)
            return Said(text=said.get("content"), finish=CUT_OFF if ended == "length" else "STOP", block=blocked)
        except BROKEN_ANSWERS as error:
            raise Unavailable(MALFORMED, repr(error)) from error

    def _paint(self, asked: Mapping[str, Any], references: Sequence[Image]) -> httpx2.Response:
        if references:
            files = [("image[]", (image.digest[:8], image.data, image.mime)) for image in references]
            words = {name: str(value) for name, value in asked.items()}
            return self._client.post("images/edits", data=words, files=files)
        if asked["model"] not in self._bytes_by_default:
            response = self._client.post("images/generations", json={**asked, "response_format": "b64_json"})
            if response.status_code != 400 or "response_format" not in response.text:
                return response
            self._bytes_by_default.add(asked["model"])
        return self._client.post("images/generations", json=asked)

    def _answer(self, path: str, asked: Mapping[str, Any], on_usage: OnUsage) -> Any:
        try:
            response = self._client.post(path, json=asked)
        except httpx2.HTTPError as error:
            raise Unavailable(label_of_error(error), without_keys(str(error))) from error
        tell_tokens(response, on_usage)
        if not response.is_success:
            raise Unavailable(label_of(response), message_of(response), retry_after_of(response))
        try:
            return response.json()
        except ValueError as error:
            raise Unavailable(MALFORMED, repr(error)) from error


def size_of(aspect_ratio: str | None, image_size: str | None) -> str | None:
    """Width and height in pixels ("1376x768") of the asked shape and area; None where neither is asked or readable."""
    if aspect_ratio is None and image_size is None:
        return None
    try:
        across, down = (float(number) for number in (aspect_ratio or "1:1").split(":"))
        side = SIDES[image_size or "1K"]
        width, height = (side * math.sqrt(ratio) for ratio in (across / down, down / across))
    except (ValueError, KeyError, ZeroDivisionError):
        return None
    return f"{_stepped(width)}x{_stepped(height)}"


def _stepped(length: float) -> int:
    return max(STEP, STEP * round(length / STEP))


def _input(content: str | Image) -> dict[str, str]:
    return {"text": content} if isinstance(content, str) else {"image": _base64(content)}


def _words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _shown(image: Image) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:{image.mime};base64,{_base64(image)}"}}


def _strict(schema: Any) -> Any:
    """The schema without the one word of it that this API does not know."""
    if not isinstance(schema, Mapping):
        return schema
    return {name: _strict(item) for name, item in schema.items() if name != "propertyOrdering"}


def _joined(vectors: Sequence[Vector]) -> Vector:
    return vectors[0] if len(vectors) == 1 else _unit([math.fsum(values) for values in zip(*vectors, strict=True)])


def _base64(image: Image) -> str:
    return base64.b64encode(image.data).decode("ascii")


def _unit(values: Sequence[float]) -> Vector:
    length = math.sqrt(math.fsum(value * value for value in values)) or 1.0
    return tuple(value / length for value in values)
