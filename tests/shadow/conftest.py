"""What the tests of the harness share: a client of the real SDK on canned answers, and the emulator."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx2
import pytest
from canned import CANDIDATE
from google import genai
from google.genai import types
from live_ways import one_certificate

from shadow.emulator import SCENARIOS, Emulator

Reply = Callable[[str, dict[str, Any]], httpx2.Response]


@pytest.fixture(scope="session", autouse=True)
def _quick_clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Clients in these tests talk to nobody, so they need not know whom to trust."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(one_certificate(tmp_path_factory.mktemp("certificates"))))
        yield


@pytest.fixture
def client_of() -> Iterator[Callable[[Reply], genai.Client]]:
    """Makes a real client whose requests `reply(model, body)` answers."""
    made: list[genai.Client] = []

    def make(reply: Reply) -> genai.Client:
        def handle(request: httpx2.Request) -> httpx2.Response:
            model = request.url.path.split("/models/")[1].split(":")[0]
            return reply(model, json.loads(request.content))

        options = types.HttpOptions(client_args={"transport": httpx2.MockTransport(handle)})
        made.append(genai.Client(api_key="k", http_options=options))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """The emulator in the washed-out scenario, while the preview still answers."""
    served = Emulator(
        scenario=SCENARIOS["washed-out"], candidates=frozenset({CANDIDATE}), today=date(2026, 6, 1), seed=1
    )
    with served:
        yield served
