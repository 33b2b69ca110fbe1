"""The emulator as an HTTP server."""

import http.client
import json
from itertools import count
from threading import current_thread
from typing import Any

import httpx2
import pytest
from google.genai import errors, types

from shadow.emulator import SCENARIOS, Emulator, Fault, Scenario, Truth
from shadow.emulator.server import HANDS

FLASH, JUDGE, EMBEDDER = "gemini-3.1-flash-image", "gemini-3.5-flash", "gemini-embedding-2"
BRIEF = "serene mountain valley at dawn with a lone tree"


@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha", ""])
@pytest.mark.parametrize("prefix", ["", "/proxy/gemini"])
def test_every_version_and_prefix(running, connect, version: str, prefix: str) -> None:
    """The API version and a path before it make no difference."""
    with connect(running.emulator.url + prefix, api_version=version) as client:
        assert client.models.get(model=JUDGE).display_name == "Gemini 3.5 Flash"


def test_without_a_key_there_is_no_answer(running) -> None:
    """A request without x-goog-api-key is a 403 PERMISSION_DENIED."""
    status, body = raw(running.emulator, "GET", "/v1/models")
    assert (status, body["error"]["status"]) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/files"), ("GET", f"/v1/models/{JUDGE}:countTokens")])
def test_other_paths_are_a_404(running, method: str, path: str) -> None:
    """What is not served says so in the API's shape."""
    status, body = raw(running.emulator, method, path, key="k")
    assert (status, body["error"]["status"]) == (404, "NOT_FOUND")


def test_one_vector_by_its_own_path(running) -> None:
    """embedContent, which the SDK does not use, answers a single embedding."""
    body = json.dumps({"content": {"parts": [{"text": BRIEF}]}, "output_dimensionality": 128}).encode()
    status, answer = raw(running.emulator, "POST", f"/v1beta/models/{EMBEDDER}:embedContent", body=body, key="k")
    assert (status, len(answer["embedding"]["values"])) == (200, 128)


def test_a_stream_without_sse_is_a_list(running) -> None:
    """streamGenerateContent without alt=sse answers a JSON array of the same frames."""
    body = json.dumps({"contents": [{"parts": [{"text": BRIEF}]}]}).encode()
    status, frames = raw(running.emulator, "POST", f"/v1/models/{JUDGE}:streamGenerateContent", body=body, key="k")
    assert status == 200
    assert [frame["candidates"][0].get("finishReason") for frame in frames] == [None, "STOP"]


def test_half_a_letter_in_a_brief_is_answered(running) -> None:
    """A lone surrogate, which JSON can carry and UTF-8 cannot, is no reason to hang up."""
    body = json.dumps({"contents": [{"parts": [{"text": f"{BRIEF} \ud83d"}]}]}).encode()
    status, answer = raw(running.emulator, "POST", f"/v1/models/{FLASH}:generateContent", body=body, key="k")
    assert (status, answer["candidates"][0]["finishReason"]) == (200, "STOP")


def test_one_connection_serves_many_requests(running) -> None:
    """Connections are kept alive, through errors too."""
    line = http.client.HTTPConnection(*address(running.emulator))
    for path in ("/v1/models", "/v1/models/none", "/v1/models"):
        line.request("GET", path, headers={"x-goog-api-key": "k"})
        response = line.getresponse()
        response.read()
        assert not response.will_close
    line.close()


def test_an_enormous_body_is_refused_unread(running) -> None:
    """A length beyond the limit is a 400 and ends the connection."""
    line = http.client.HTTPConnection(*address(running.emulator))
    line.putrequest("POST", f"/v1/models/{JUDGE}:generateContent")
    line.putheader("Content-Length", str(10**9))
    line.endheaders()
    response = line.getresponse()
    assert (response.status, response.will_close) == (400, True)
    assert "payload size" in json.loads(response.read())["error"]["message"]
    line.close()


def test_paid_requests_are_counted(launch) -> None:
    """Answers count as paid, errors as failed, and a body paid for twice as repeated."""
    running = launch()
    for _ in range(2):
        running.client.models.embed_content(model=EMBEDDER, contents="x")
    running.ask(BRIEF)
    running.client.models.count_tokens(model=JUDGE, contents="free of charge")
    with pytest.raises(errors.ClientError):
        running.ask(BRIEF, model="gemini-9-image")
    status, counts = raw(running.emulator, "GET", "/-/counts")
    assert status == 200
    assert counts["paid"] == {EMBEDDER: {"batchEmbedContents": 2}, FLASH: {"generateContent": 1}}
    assert counts["repeated"] == {EMBEDDER: {"batchEmbedContents": 1}}
    assert counts["failed"] == {"gemini-9-image": {"generateContent": 1}}


def test_latency_is_waited_for_pictures_only(launch) -> None:
    """Each picture waits about the mean, a judgement not at all."""
    waits: list[float] = []
    running = launch(latency=4.0, sleep=waits.append)
    for draw in range(6):
        running.ask(f"{BRIEF} {draw}")
    running.client.models.generate_content(model=JUDGE, contents=BRIEF)
    assert len(set(waits)) == len(waits) == 6
    assert all(1.5 < wait < 10 for wait in waits)


def test_a_slow_model_takes_its_factor_on_waiting_and_painting(launch) -> None:
    """Three times the latency, the same in every draw; and three times what the painting took by the clock."""
    waits: dict[str, list[float]] = {"same": [], "slow": []}
    for name, waited in waits.items():
        scenarios = {FLASH: SCENARIOS[name]}
        running = launch(latency=4.0, sleep=waited.append, clock=lambda: 0.0, scenarios=scenarios)
        for draw in range(4):
            running.ask(f"{BRIEF} {draw}")
    assert waits["slow"] == pytest.approx([3 * wait for wait in waits["same"]])
    painted: list[float] = []
    running = launch(sleep=painted.append, clock=count(0, 5).__next__, scenarios={FLASH: SCENARIOS["slow"]})
    running.ask(BRIEF)
    running.client.models.generate_content(model=JUDGE, contents=BRIEF)
    assert painted == [10.0]


def test_each_candidate_can_have_a_scenario_of_its_own(launch) -> None:
    """`scenarios` holds beside `candidates` and before it: one model is slow, the candidate as given, others usual."""
    refuses = Scenario(name="no", summary="", truth=Truth(quality=0, tolerance=0), faults=((Fault.NO_IMAGE, 1.0),))
    waits: list[float] = []
    running = launch(scenario=refuses, scenarios={FLASH: SCENARIOS["slow"]}, sleep=waits.append)
    pro, flash = running.ask(BRIEF, model="gemini-3-pro-image", image_size="1K"), running.ask(BRIEF)
    assert pro.candidates[0].finish_reason is types.FinishReason.NO_IMAGE
    assert flash.candidates[0].finish_reason is types.FinishReason.STOP
    assert len(waits) == 1


def test_many_connections_share_few_hands(launch) -> None:
    """However many connections there are, no more than HANDS threads hold what pictures need of memory."""
    hands: set[str] = set()

    def noted() -> float:
        hands.add(current_thread().name)
        return 0.0

    running = launch(clock=noted)
    path, body = f"/v1/models/{EMBEDDER}:embedContent", b'{"content": {"parts": [{"text": "x"}]}}'
    lines = [http.client.HTTPConnection(*address(running.emulator)) for _ in range(3 * HANDS)]
    for line in lines:
        line.request("POST", path, body=body, headers={"x-goog-api-key": "any"})
    assert [line.getresponse().status for line in lines] == [200] * len(lines)
    for line in lines:
        line.close()
    assert 1 <= len(hands) <= HANDS


def test_stopping_ends_open_connections(launch) -> None:
    """After stop() a kept-alive client is cut off instead of being served on."""
    running = launch()
    assert running.client.models.get(model=JUDGE)
    running.emulator.stop()
    with pytest.raises(httpx2.TransportError):
        running.client.models.get(model=JUDGE)


def address(emulator: Emulator) -> tuple[str, int]:
    host, port = emulator.url.removeprefix("http://").split(":")
    return host, int(port)


def raw(emulator: Emulator, method: str, path: str, *, body: bytes = b"", key: str = "") -> tuple[int, Any]:
    """Status and JSON of a request that the SDK would not make."""
    line = http.client.HTTPConnection(*address(emulator))
    line.request(method, path, body=body, headers={"x-goog-api-key": key} if key else {})
    response = line.getresponse()
    answer = json.loads(response.read())
    line.close()
    return response.status, answer
