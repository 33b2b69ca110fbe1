"""Gemini through google-genai: generate, embed, judge.

API pages: https://ai.google.dev/gemini-api/docs/image-generation, /embeddings, /structured-output.
"""

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from google import genai
from google.genai import types

from shadow.brief import Brief
from shadow.errors import ConfigError, Unavailable
from shadow.pair import Image, Outcome
from shadow.providers.answer import (
    label_of_error,
    outcome_of_error,
    outcome_of_response,
    retry_after,
    without_keys,
)
from shadow.providers.asking import JudgeQuestion, choice_question, score_question
from shadow.providers.metering import tell_failure, tell_usage
from shadow.providers.provider import Choice, Judgement, OnUsage, Vector, unmetered
from shadow.providers.reading import Said, read_choice, read_judgement
from shadow.providers.request import config_of, contents_of
from shadow.providers.rubric import Rubric
from shadow.settings import WorkerSettings

SHORTEST_KEY = 8
"""Characters; blanking shorter words would blank ordinary text."""


def connect(settings: WorkerSettings) -> genai.Client:
    """A client for the shadow calls. The base URL is google-genai's own (`GOOGLE_GEMINI_BASE_URL`).

    Raises `ConfigError` where no key is set.
    """
    key = os.environ.get(settings.key_env, "").strip() if settings.key_env else None
    if key is not None and not key:
        # Never the live key instead: that would eat the live project's quota.
        msg = f"[worker] key_env = {settings.key_env!r}, but that environment variable is not set."
        raise ConfigError(msg)
    try:
        return genai.Client(api_key=key, http_options=types.HttpOptions(timeout=int(settings.call_seconds * 1000)))
    except ValueError as error:
        msg = "No API key: set GEMINI_API_KEY, or name another variable in [worker] key_env."
        raise ConfigError(msg) from error


def keys_of(settings: WorkerSettings) -> tuple[str, ...]:
    """Every key that this process may hold, so that none is ever shown."""
    names = (settings.key_env, "GOOGLE_API_KEY", "GEMINI_API_KEY")
    found = {os.environ.get(name, "").strip() for name in names if name}
    return tuple(key for key in found if len(key) >= SHORTEST_KEY)


class GeminiProvider:
    """The provider behind the Gemini API. One client, safe to use from several threads."""

    def __init__(
        self,
        client: genai.Client,
        *,
        keys: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`keys` are blanked in every error, `clock` gives Unix time, `monotonic` measures latency."""
        self._client = client
        self._keys = keys
        self._clock = clock
        self._monotonic = monotonic

    def missing(self, model: str) -> str | None:
        """Why `model` cannot be asked, or None. Asks for the model's page, which costs nothing."""
        try:
            self._client.models.get(model=model)
        except Exception as error:
            return label_of_error(error)
        return None

    def generate(
        self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage = unmetered
    ) -> Outcome:
        """One outcome of `model` for `brief`; refusals, failures and lost connections are outcomes too."""
        started_at, began = self._clock(), self._monotonic()
        try:
            response = self._client.models.generate_content(
                model=model, contents=contents_of(brief, pictures), config=config_of(brief)
            )
        except Exception as error:
            latency = self._monotonic() - began
            tell_failure(error, on_usage)
            outcome = outcome_of_error(error, model=model, started_at=started_at, latency=latency)
            return replace(outcome, detail=self._hidden(outcome.detail))
        latency = self._monotonic() - began
        outcome = outcome_of_response(response, model=model, started_at=started_at, latency=latency)
        tell_usage(response.usage_metadata, on_usage, images=int(outcome.image is not None))
        return outcome

    def embed(
        self, contents: Sequence[str | Image], *, model: str, dimensions: int, on_usage: OnUsage = unmetered
    ) -> tuple[Vector, ...]:
        """One unit vector per content. Separate `Content` objects: a flat list would come back as one vector."""
        asked: list[Any] = [types.Content(role="user", parts=[_part(item)]) for item in contents]
        try:
            response = self._client.models.embed_content(
                model=model, contents=asked, config=types.EmbedContentConfig(output_dimensionality=dimensions)
            )
        except Exception as error:
            tell_failure(error, on_usage)
            raise self._unavailable(error) from error
        tell_usage(response.usage_metadata, on_usage)
        vectors = tuple(_unit(item.values or ()) for item in response.embeddings or ())
        if len(vectors) != len(contents) or any(len(vector) != dimensions for vector in vectors):
            label = "malformed embedding"
            raise Unavailable(label, f"asked {len(contents)} x {dimensions}, got {[len(item) for item in vectors]}")
        return vectors

    def judge(
        self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Judgement:
        """What `model` says of `image`. The instructions travel apart from the brief, which is data."""
        said = self._asked(score_question(brief, rubric), [_part(image)], model, on_usage)
        return read_judgement(said, rubric)

    def choose(
        self, brief: Brief, images: tuple[Image, Image], *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Choice:
        """Which of the two `model` prefers, shown in this order."""
        first, second = map(_part, images)
        shown = [types.Part(text="The first picture:"), first, types.Part(text="The second picture:"), second]
        return read_choice(self._asked(choice_question(brief, rubric), shown, model, on_usage))

    def _asked(self, question: JudgeQuestion, shown: Sequence[types.Part], model: str, on_usage: OnUsage) -> Said:
        config = types.GenerateContentConfig(
            system_instruction=question.system,
            response_mime_type="application/json",
            response_json_schema=question.schema,
            # Pinned, because the default differs from model to model and with it cost and score.
            media_resolution=types.MediaResolution.MEDIA_RESOLUTION_MEDIUM,
        )
        asked: list[Any] = [types.Part(text=question.before), *shown, types.Part(text=question.after)]
        try:
            response = self._client.models.generate_content(model=model, contents=asked, config=config)
        except Exception as error:
            tell_failure(error, on_usage)
            raise self._unavailable(error) from error
        tell_usage(response.usage_metadata, on_usage)
        return Said(text=_text(response), finish=_finish_reason(response), block=_block_reason(response))

    def _unavailable(self, error: Exception) -> Unavailable:
        return Unavailable(label_of_error(error), without_keys(self._hidden(str(error))), retry_after(error))

    def _hidden(self, text: str) -> str:
        for key in self._keys:
            text = text.replace(key, "[key removed]")
        return text


def _part(content: str | Image) -> types.Part:
    if isinstance(content, str):
        return types.Part(text=content)
    return types.Part.from_bytes(data=content.data, mime_type=content.mime)


def _unit(values: Sequence[float]) -> Vector:
    length = math.sqrt(math.fsum(value * value for value in values)) or 1.0
    return tuple(value / length for value in values)


def _text(response: types.GenerateContentResponse) -> str | None:
    candidates = response.candidates or []
    parts = (candidates[0].content and candidates[0].content.parts) or [] if candidates else []
    words = [part.text for part in parts if part.text and not part.thought]
    return "".join(words) if words else None


def _finish_reason(response: types.GenerateContentResponse) -> str | None:
    reason = response.candidates[0].finish_reason if response.candidates else None
    return reason.value if reason else None


def _block_reason(response: types.GenerateContentResponse) -> str | None:
    reason = response.prompt_feedback.block_reason if response.prompt_feedback else None
    return reason.value if reason else None
