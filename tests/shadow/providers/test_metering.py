"""What a call was billed for, as the real SDK tells it."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx2
import pytest
from canned import painted, picture_answer
from google import genai

from shadow.brief import Brief, Text
from shadow.errors import ConfigError, Unavailable
from shadow.pair import Image, OutcomeKind
from shadow.prices import Usage
from shadow.providers.gemini import GeminiProvider, connect, keys_of
from shadow.providers.provider import Rubric
from shadow.settings import WorkerSettings

BRIEF = Brief(parts=(Text(text="a fox"),))
PICTURE = Image.of(painted())
RUBRIC = Rubric(instructions="look")
ClientOf = Callable[[Callable[..., httpx2.Response]], genai.Client]


def counted(modality: str, tokens: int) -> list[dict[str, Any]]:
    """A break-down with one entry."""
    return [{"modality": modality, "tokenCount": tokens}]


def generated(client_of: ClientOf, reply: Callable[..., httpx2.Response]) -> tuple[OutcomeKind, list[Usage]]:
    """The kind of outcome and what was told of its bill."""
    told: list[Usage] = []
    provider = GeminiProvider(client_of(reply))
    outcome = provider.generate(BRIEF, model="m", pictures={}, on_usage=told.append)
    return outcome.kind, told


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        (
            {
                "promptTokenCount": 300,
                "promptTokensDetails": counted("TEXT", 40) + counted("IMAGE", 260),
                "candidatesTokenCount": 1130,
                "candidatesTokensDetails": counted("TEXT", 10) + counted("IMAGE", 1120),
                "thoughtsTokenCount": 200,
            },
            Usage(input_tokens=40, picture_tokens=260, output_tokens=210, image_tokens=1120, images=1),
        ),
        ({"promptTokenCount": 12, "candidatesTokenCount": 1120}, Usage(input_tokens=12, image_tokens=1120, images=1)),
        ({"promptTokenCount": 12}, Usage(input_tokens=12, images=1)),
        ({"promptTokenCount": 5, "toolUsePromptTokenCount": 7}, Usage(input_tokens=12, images=1)),
    ],
)
def test_the_tokens_of_a_picture_are_told_by_kind(client_of: ClientOf, usage: dict[str, Any], told: Usage) -> None:
    """Words, pictures and thoughts apart; without a break-down all that came out counts as the picture."""
    answer = picture_answer(painted()) | {"usageMetadata": usage}
    assert generated(client_of, lambda *_: httpx2.Response(200, json=answer)) == (OutcomeKind.IMAGE, [told])


def test_a_refusal_is_billed_for_what_went_in(client_of: ClientOf) -> None:
    """A prompt that was blocked has tokens and no picture."""
    body = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 9}}
    kind, told = generated(client_of, lambda *_: httpx2.Response(200, json=body))
    assert (kind, told) == (OutcomeKind.REFUSAL, [Usage(input_tokens=9)])


def test_an_answer_without_counts_tells_nothing(client_of: ClientOf) -> None:
    """Then the estimate is booked."""
    assert generated(client_of, lambda *_: httpx2.Response(200, json=picture_answer(painted())))[1] == []


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_an_error_answer_is_not_billed(client_of: ClientOf, status: int) -> None:
    """The API said no."""
    body = {"error": {"code": status, "message": "no", "status": "NO"}}
    assert generated(client_of, lambda *_: httpx2.Response(status, json=body))[1] == [Usage()]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (httpx2.ConnectError("refused"), [Usage()]),
        (httpx2.ConnectTimeout("slow"), [Usage()]),
        (httpx2.ReadTimeout("slow"), []),
        (httpx2.RemoteProtocolError("gone"), []),
    ],
)
def test_a_lost_call_is_free_only_where_it_never_left(client_of: ClientOf, error: Exception, told: list[Usage]) -> None:
    """After a timeout nobody knows, so nothing is told."""

    def reply(*_: Any) -> httpx2.Response:
        raise error

    assert generated(client_of, reply) == (OutcomeKind.INFRASTRUCTURE, told)


def test_embeddings_and_judgements_tell_their_tokens(client_of: ClientOf) -> None:
    """Also where the answer itself is of no use: it is billed all the same."""
    said = '{"score": 80, "reason": "fine"}'
    bodies = {
        "embedder": {
            "embeddings": [{"values": [1.0] * 128}],
            "usageMetadata": {"promptTokenCount": 270, "promptTokensDetails": counted("IMAGE", 258)},
        },
        "judge": {
            "candidates": [{"content": {"parts": [{"text": said}]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 800, "candidatesTokenCount": 30, "thoughtsTokenCount": 90},
        },
    }
    provider = GeminiProvider(client_of(lambda model, _: httpx2.Response(200, json=bodies[model])))
    told: list[Usage] = []
    with pytest.raises(Unavailable, match="malformed embedding"):
        provider.embed(("a fox", PICTURE), model="embedder", dimensions=128, on_usage=told.append)
    provider.judge(BRIEF, PICTURE, model="judge", rubric=RUBRIC, on_usage=told.append)
    assert told == [Usage(input_tokens=12, picture_tokens=258), Usage(input_tokens=800, output_tokens=120)]


def test_no_key_is_ever_shown(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever shape it has and whoever quotes it, a key that this process holds is blanked."""
    monkeypatch.setenv("SHADOW_KEY", " odd-looking-key/17 ")
    keys = keys_of(WorkerSettings(key_env="SHADOW_KEY"))
    body = {"error": {"code": 403, "message": "the key odd-looking-key/17 is not allowed", "status": "DENIED"}}
    provider = GeminiProvider(client_of(lambda *_: httpx2.Response(403, json=body)), keys=keys)
    assert "odd-looking" not in repr(provider.generate(BRIEF, model="m", pictures={}))
    with pytest.raises(Unavailable) as caught:
        provider.judge(BRIEF, PICTURE, model="m", rubric=RUBRIC)
    assert "odd-looking" not in f"{caught.value} {caught.value.detail}"
    assert "[key removed]" in caught.value.detail


@pytest.mark.parametrize("value", [None, "", "   "])
def test_a_shadow_key_that_is_missing_is_never_replaced_by_the_live_one(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    """A named variable without a key stops the worker, however many other keys lie about."""
    monkeypatch.setenv("GEMINI_API_KEY", "the-live-key")
    monkeypatch.delenv("SHADOW_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("SHADOW_KEY", value)
    with pytest.raises(ConfigError, match="SHADOW_KEY") as caught:
        connect(WorkerSettings(key_env="SHADOW_KEY"))
    assert "the-live-key" not in str(caught.value)


def test_the_shadow_key_travels_with_shadow_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where key_env is set, its key is the one that is sent."""
    sent: list[str] = []

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.headers["x-goog-api-key"])
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Listens) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        for name, value in {
            "GEMINI_API_KEY": "the-live-key",
            "GOOGLE_API_KEY": "another-live-key",
            "SHADOW_KEY": "the-shadow-key",
            "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{server.server_port}",
            "NO_PROXY": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        client = connect(WorkerSettings(key_env="SHADOW_KEY"))
        GeminiProvider(client).generate(BRIEF, model="m", pictures={})
        client.close()
    assert sent == ["the-shadow-key"]
