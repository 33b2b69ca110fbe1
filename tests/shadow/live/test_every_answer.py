"""Every answer that the Gemini API is known to give, over a real line: for a live call's caller, and for a shadow."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from shadow.brief import Brief, Text
from shadow.emulator import Emulator, Fault, Scenario, Truth
from shadow.live import Live
from shadow.pair import Outcome, OutcomeKind
from shadow.providers.gemini import GeminiProvider
from shadow.settings import Config
from shadow.spool import SPOOLS
from shadow.store.images import Images

MODEL = "gemini-3-pro-image"
SIGNATURE = 3_000_000
EXPECTED = {
    Fault.OVERLOADED: (OutcomeKind.INFRASTRUCTURE, "503 UNAVAILABLE"),
    Fault.QUOTA: (OutcomeKind.INFRASTRUCTURE, "429 RESOURCE_EXHAUSTED"),
    Fault.INTERNAL: (OutcomeKind.INFRASTRUCTURE, "500 INTERNAL"),
    Fault.LATE: (OutcomeKind.INFRASTRUCTURE, "504 DEADLINE_EXCEEDED"),
    Fault.DROPPED: (OutcomeKind.INFRASTRUCTURE, "connection"),
    Fault.GARBLED: (OutcomeKind.FAILURE, "MALFORMED_ANSWER"),
    Fault.NO_IMAGE: (OutcomeKind.FAILURE, "NO_IMAGE"),
    Fault.IMAGE_SAFETY: (OutcomeKind.REFUSAL, "IMAGE_SAFETY"),
    Fault.TEXT_ONLY: (OutcomeKind.REFUSAL, "TEXT_ONLY"),
    Fault.BLOCKED: (OutcomeKind.REFUSAL, "PROHIBITED_CONTENT"),
    Fault.EMPTY: (OutcomeKind.FAILURE, "EMPTY"),
}
"""What each is to us."""
RAISES = {
    Fault.OVERLOADED: errors.ServerError,
    Fault.QUOTA: errors.ClientError,
    Fault.INTERNAL: errors.ServerError,
    Fault.LATE: errors.ServerError,
    Fault.DROPPED: httpx2.RemoteProtocolError,
    Fault.GARBLED: ValueError,
}
"""What each is to the caller, where it is no answer."""
Client = Callable[[Scenario], genai.Client]


@pytest.fixture
def client_of() -> Iterator[Client]:
    """Makes real clients on emulators whose model answers by a scenario."""
    running: list[Emulator] = []

    def connect(scenario: Scenario) -> genai.Client:
        emulator = Emulator(scenario=scenario, candidates=frozenset({MODEL}), today=date(2026, 11, 23))
        running.append(emulator)
        emulator.start()
        return genai.Client(api_key="k", http_options=types.HttpOptions(base_url=emulator.url))

    yield connect
    for emulator in running:
        emulator.stop()


def scenario_of(**fields: Any) -> Scenario:
    """A scenario that nobody else needs."""
    return Scenario(name="x", summary="", truth=Truth(quality=0, tolerance=0), **fields)


def ask(client: Any, words: str) -> Any:
    """The answer, or what was raised."""
    try:
        return client.models.generate_content(model=MODEL, contents=words)
    except Exception as error:
        return error


def captured(home: Path) -> Outcome:
    """The outcome of the only capture."""
    spool = SPOOLS["sqlite"](home, Images(home / "images").read)
    (lease,) = spool.lease(limit=10, seconds=60)
    spool.close()
    return lease.capture.outcome


def live_on(folder: Path) -> Live:
    """A live path whose incumbent is the model."""
    migration = {"incumbent": MODEL, "candidate": "gemini-3.1-flash-image"}
    return Live(Config.model_validate({"migration": {"pro": migration}, "folder": folder}))


def test_every_fault_is_covered() -> None:
    """A fault that the emulator learns is one more row here."""
    assert set(EXPECTED) == set(Fault)


@pytest.mark.parametrize("fault", list(Fault))
def test_a_fault_reaches_the_caller_as_it_is_and_is_captured_by_name(
    fault: Fault, client_of: Client, tmp_path: Path
) -> None:
    """The same exception or the same answer as without us; and the same label, live and shadow."""
    client = client_of(scenario_of(faults=((fault, 1.0),)))
    bare = ask(client, "a red fox")
    live = live_on(tmp_path)
    seen = ask(live.wrap(client), "a grey fox")
    shadow = GeminiProvider(client).generate(Brief(parts=(Text(text="a white fox"),)), model=MODEL, pictures={})
    live.door.close()
    found = captured(live.config.home)
    assert type(seen) is type(bare)
    assert isinstance(seen, RAISES.get(fault, types.GenerateContentResponse))
    assert (found.kind, found.label) == EXPECTED[fault] == (shadow.kind, shadow.label)
    assert found.retry_after == shadow.retry_after == (1.0 if fault is Fault.QUOTA else None)


def test_thoughts_and_signatures_of_megabytes_pass_by(client_of: Client, tmp_path: Path) -> None:
    """The final picture is captured, not a thought; nothing of the signature is kept."""
    client = client_of(scenario_of(interim=2, signature=SIGNATURE))
    live = live_on(tmp_path)
    response = ask(live.wrap(client), "a red fox")
    live.door.close()
    parts = response.candidates[0].content.parts
    assert [bool(part.thought) for part in parts if part.inline_data] == [True, True, False]
    assert len(parts[-1].thought_signature) == SIGNATURE
    outcome = captured(live.config.home)
    assert outcome.image is not None
    assert outcome.image.data == parts[-1].inline_data.data
    kept = sum(path.stat().st_size for path in live.config.home.rglob("*") if path.is_file())
    assert kept < len(outcome.image.data) + 500_000
