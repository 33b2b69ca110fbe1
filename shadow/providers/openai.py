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
from shadow.pair import Image, Outcome, OutcomeKind
from shadow.prices import Usage
from shadow.providers.answer import EMPTY, outcome_of_error
from shadow.providers.asking import JudgeQuestion, choice_question, score_question
from shadow.providers.failure import MALFORMED, label_of_error, without_keys
from shadow.providers.provider import Choice, Judgement, OnUsage, Vector, unmetered
from shadow.providers.reading import CUT_OFF, Said, read_choice, read_judgement
from shadow.providers.rubric import Rubric
from shadow.settings import WorkerSettings

BASE_URL = "https://api.openai.com/v1"
SIDES = {"512": 512, "1K": 1024, "2K": 2048, "4K": 4096}
"""Side of a square picture of each image size, pixels."""
STEP = 16
"""Width and height are multiples of this many pixels."""
MODERATED = frozenset({"moderation_blocked", "content_policy_violation", "content_filter"})
"""Error codes with which a service declines a brief."""
BRIEF_REJECTED = frozenset({400, 413, 415, 422})
"""The model cannot serve this very brief: the model's outcome, not the network's."""
BROKEN_ANSWERS = (ValueError, KeyError, TypeError, IndexError, AttributeError)
"""What reading an answer raises that is not shaped as the API says; `binascii.Error` is a ValueError."""


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
        return None if response.is_success else _label(response)

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
        outcome = _outcome(response, model=model, started_at=started_at, latency=self._monotonic() - began)
        _tell(response, on_usage, images=int(outcome.image is not None))
        return outcome

    def embed(
        self, contents: Sequence[str | Image], *, model: str, dimensions: int, on_usage: OnUsage = unmetered
    ) -> tuple[Vector, ...]:
        """One unit vector per content. Words alone are sent as strings, beside pictures as objects."""
        mixed = any(isinstance(content, Image) for content in contents)
        asked = [_input(content) if mixed else content for content in contents]
        answer = self._answer("embeddings", {"model": model, "input": asked, "dimensions": dimensions}, on_usage)
        try:
            rows = sorted(answer["data"], key=lambda row: int(row["index"]))
            vectors = tuple(_unit([float(value) for value in row["embedding"]]) for row in rows)
        except BROKEN_ANSWERS as error:
            raise Unavailable(MALFORMED, repr(error)) from error
        if len(vectors) != len(contents) or any(len(vector) != dimensions for vector in vectors):
            label = "malformed embedding"
            raise Unavailable(label, f"asked {len(contents)} x {dimensions}, got {[len(item) for item in vectors]}")
        return vectors

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
        _tell(response, on_usage)
        if not response.is_success:
            raise Unavailable(_label(response), _message(response), _retry_after(response))
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


def _outcome(response: httpx2.Response, *, model: str, started_at: float, latency: float) -> Outcome:
    facts: dict[str, Any] = {"model": model, "started_at": started_at, "latency": latency}
    if not response.is_success:
        return Outcome(
            kind=_kind(response),
            label=_label(response),
            detail=_message(response),
            retry_after=_retry_after(response),
            **facts,
        )
    try:
        answer = response.json()
        picture = next((item["b64_json"] for item in answer["data"] if item.get("b64_json")), None)
        usage = answer.get("usage") or {}
        tokens = {
            "prompt_tokens": int(usage.get("input_tokens") or 0),
            "output_tokens": int(usage.get("output_tokens") or 0),
        }
        data = base64.b64decode(picture, validate=True) if picture else b""
    except BROKEN_ANSWERS as error:
        return Outcome(kind=OutcomeKind.FAILURE, label=MALFORMED, detail=without_keys(repr(error)), **facts)
    facts |= tokens | {"response_id": response.headers.get("x-request-id", "")}
    if not data:
        return Outcome(kind=OutcomeKind.FAILURE, label=EMPTY, detail="200 without a picture's bytes", **facts)
    return Outcome(kind=OutcomeKind.IMAGE, image=Image.of(data), **facts)


def _tell(response: httpx2.Response, on_usage: OnUsage, *, images: int = 0) -> None:
    """Tell the tokens of an answer; an error is not billed, and an answer without counts leaves its estimate booked."""
    if not response.is_success:
        on_usage(Usage())
        return
    try:
        usage = response.json()["usage"]
        entering = int(usage.get("input_tokens") or usage.get("prompt_tokens") or 0)
        leaving = int(usage.get("output_tokens") or usage.get("completion_tokens") or 0)
    except BROKEN_ANSWERS:
        return
    painted = leaving if images else 0
    on_usage(Usage(input_tokens=entering, output_tokens=leaving - painted, image_tokens=painted, images=images))


def _kind(response: httpx2.Response) -> OutcomeKind:
    if _error(response).get("code") in MODERATED:
        return OutcomeKind.REFUSAL
    return OutcomeKind.FAILURE if response.status_code in BRIEF_REJECTED else OutcomeKind.INFRASTRUCTURE


def _label(response: httpx2.Response) -> str:
    said = _error(response)
    return f"{response.status_code} {said.get('code') or said.get('type') or response.reason_phrase}".strip()


def _message(response: httpx2.Response) -> str:
    return without_keys(str(_error(response).get("message") or response.text))


def _error(response: httpx2.Response) -> Mapping[str, Any]:
    """The error object of a body, or nothing where the body is none."""
    try:
        found = response.json()["error"]
    except BROKEN_ANSWERS:
        return {}
    return found if isinstance(found, dict) else {"message": str(found)}


def _retry_after(response: httpx2.Response) -> float | None:
    try:
        return max(0.0, float(response.headers.get("retry-after", "")))
    except ValueError:
        return None


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


def _base64(image: Image) -> str:
    return base64.b64encode(image.data).decode("ascii")


def _unit(values: Sequence[float]) -> Vector:
    length = math.sqrt(math.fsum(value * value for value in values)) or 1.0
    return tuple(value / length for value in values)
