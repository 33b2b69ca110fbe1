"""Emulators for the tests that talk to one, and the real SDK as their client."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from google import genai
from google.genai import types

from shadow.emulator import SCENARIOS, Emulator, Scenario
from shadow.emulator.painter import encode, paint
from shadow.emulator.scene import read_scene

BEFORE_SUNSET = date(2026, 6, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An emulator that listens, and the SDK with nothing replaced but the address."""

    emulator: Emulator
    client: genai.Client

    def ask(
        self, brief: str, *, model: str = "gemini-3.1-flash-image", seed: int | None = None, **image: str
    ) -> types.GenerateContentResponse:
        """A picture for a brief, at 512 where nothing else is said."""
        size = types.ImageConfig.model_validate({"image_size": "512", **image})
        config = types.GenerateContentConfig(image_config=size, seed=seed)
        return self.client.models.generate_content(model=model, contents=brief, config=config)

    def picture(
        self, brief: str, *, model: str = "gemini-3.1-flash-image", seed: int | None = None, **image: str
    ) -> bytes:
        """The bytes of the one JPEG in the answer."""
        parts = self.ask(brief, model=model, seed=seed, **image).parts or []
        found = [part.inline_data for part in parts if part.inline_data]
        assert [blob.mime_type for blob in found] == ["image/jpeg"]
        assert found[0].data is not None
        return found[0].data


def sdk_for(url: str, *, api_version: str = "v1") -> genai.Client:
    options = types.HttpOptions(base_url=url, api_version=api_version, client_args={"trust_env": False})
    return genai.Client(api_key="any", http_options=options)


Launch = Callable[..., Running]


def launching(stack: ExitStack) -> Launch:
    def launch(
        *,
        scenario: Scenario = SCENARIOS["same"],
        today: date = BEFORE_SUNSET,
        seed: int = 0,
        latency: float = 0.0,
        sleep: Callable[[float], None] = lambda seconds: None,
        **more: Any,
    ) -> Running:
        emulator = Emulator(
            scenario=scenario,
            candidates=frozenset({"gemini-3-pro-image"}),
            today=today,
            seed=seed,
            latency=latency,
            sleep=sleep,
            **more,
        )
        stack.enter_context(emulator)
        return Running(emulator=emulator, client=stack.enter_context(sdk_for(emulator.url)))

    return launch


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts emulators that end with the test; Gemini 3 Pro Image is the candidate."""
    with ExitStack() as stack:
        yield launching(stack)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """Scenario `same` on a day when previews and their successors both answer."""
    with ExitStack() as stack:
        yield launching(stack)()


@pytest.fixture(scope="module")
def client(running: Running) -> genai.Client:
    return running.client


@pytest.fixture(scope="session")
def connect() -> Callable[..., genai.Client]:
    """An SDK client for an address."""
    return sdk_for


@pytest.fixture(scope="session")
def small() -> Callable[..., types.Part]:
    """A small picture as a part, in a format of one's choice."""

    def part(mime_type: str = "image/jpeg") -> types.Part:
        picture = paint(read_scene("serene mountain valley at dawn with a lone tree"), (240, 136), seed=1)
        return types.Part.from_bytes(data=encode(picture, mime_type), mime_type=mime_type)

    return part
