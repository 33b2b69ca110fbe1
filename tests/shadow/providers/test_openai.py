"""The provider of OpenAI-compatible services, beyond what every provider must do."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
from openai_api import Script, serving

from shadow.brief import Brief, Picture, Text
from shadow.errors import ConfigError, Unavailable
from shadow.pair import Image, OutcomeKind
from shadow.providers.openai import OpenAIProvider, connect, size_of
from shadow.providers.provider import Rubric
from shadow.settings import WorkerSettings

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
BRIEF = Brief(parts=(Text(text="a red fox"),), settings_json='{"image_config":{"aspect_ratio":"16:9"}}')
RUBRIC = Rubric(instructions="Score.")


@pytest.fixture
def provider_of() -> Iterator[Callable[..., OpenAIProvider]]:
    """Makes a provider whose requests get one canned answer."""
    clients: list[httpx2.Client] = []

    def make(status: int, body: object, headers: dict[str, str] | None = None) -> OpenAIProvider:
        transport = httpx2.MockTransport(lambda _: httpx2.Response(status, json=body, headers=headers))
        clients.append(httpx2.Client(base_url="http://service/v1/", transport=transport))
        return OpenAIProvider(clients[-1])

    yield make
    for client in clients:
        client.close()


@contextmanager
def asking(script: Script, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIProvider]:
    """A provider that asks a server that answers by the script."""
    with serving(script) as url:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        monkeypatch.setenv("OTHER_KEY", "sk-a-key-for-the-tests")
        with connect(WorkerSettings(key_env="OTHER_KEY")) as client:
            yield OpenAIProvider(client)


def test_a_model_that_refuses_the_format_is_asked_without_it_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first refusal costs a free request; from then on the field is left out. The asked shape becomes a size."""
    script = Script(picture=PNG, models=("m",), wants_format=False)
    with asking(script, monkeypatch) as provider:
        kinds = [provider.generate(BRIEF, model="m", pictures={}).kind for _ in range(2)]
    assert kinds == [OutcomeKind.IMAGE, OutcomeKind.IMAGE]
    bodies = [body for _, body in script.asked]
    assert ["response_format" in body for body in bodies] == [True, False, False]
    assert {body["size"] for body in bodies} == {"1360x768"}


def test_tokens_and_refusals_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A declined brief is a refusal with the service's own code; an answer carries its tokens."""
    with asking(Script(picture=PNG, models=("m",)), monkeypatch) as provider:
        answered = provider.generate(BRIEF, model="m", pictures={})
        declined = provider.generate(Brief(parts=(Text(text="something forbidden"),)), model="m", pictures={})
    assert (answered.prompt_tokens, answered.output_tokens) == (9, 1056)
    assert (declined.kind, declined.label) == (OutcomeKind.REFUSAL, "400 moderation_blocked")
    assert "safety system" in declined.detail


def test_reference_pictures_go_to_the_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their bytes travel as files, in the order of the brief."""
    script = Script(picture=PNG, models=("m",))
    reference = Image.of(PNG)
    brief = Brief(parts=(Text(text="the same"), Picture(digest=reference.digest, mime="image/png")))
    with asking(script, monkeypatch) as provider:
        assert provider.generate(brief, model="m", pictures={reference.digest: reference}).image is not None
    path, body = script.asked[-1]
    assert path == "/v1/images/edits"
    assert PNG in body
    assert b'name="image[]"' in body


@pytest.mark.parametrize(
    ("status", "body", "kind", "label"),
    [
        (400, {"error": {"code": "content_policy_violation"}}, OutcomeKind.REFUSAL, "400 content_policy_violation"),
        (400, {"error": {"code": None, "type": "invalid_size"}}, OutcomeKind.FAILURE, "400 invalid_size"),
        (401, {"error": {"code": "invalid_api_key"}}, OutcomeKind.INFRASTRUCTURE, "401 invalid_api_key"),
        (429, {"error": {"code": "rate_limit_exceeded"}}, OutcomeKind.INFRASTRUCTURE, "429 rate_limit_exceeded"),
        (500, "not an object", OutcomeKind.INFRASTRUCTURE, "500 Internal Server Error"),
        (200, {"data": []}, OutcomeKind.FAILURE, "EMPTY"),
        (200, {"data": [{"url": "http://elsewhere/x.png"}]}, OutcomeKind.FAILURE, "EMPTY"),
        (200, {"data": [{"b64_json": "***"}]}, OutcomeKind.FAILURE, "MALFORMED_ANSWER"),
        (200, {}, OutcomeKind.FAILURE, "MALFORMED_ANSWER"),
    ],
)
def test_every_answer_is_an_outcome(
    provider_of: Callable[..., OpenAIProvider], status: int, body: object, kind: OutcomeKind, label: str
) -> None:
    """What the service did is named by its code; only a refused or spoilt brief is held against the model."""
    outcome = provider_of(status, body).generate(BRIEF, model="m", pictures={})
    assert (outcome.kind, outcome.label) == (kind, label)


def test_a_wait_that_is_asked_for_is_kept(provider_of: Callable[..., OpenAIProvider]) -> None:
    """`Retry-After` reaches the outcome and the exception, in seconds."""
    provider = provider_of(429, {"error": {"code": "rate_limit_exceeded"}}, {"retry-after": "7"})
    assert provider.generate(BRIEF, model="m", pictures={}).retry_after == 7.0
    with pytest.raises(Unavailable) as error:
        provider.embed(["a"], model="e", dimensions=128)
    assert (error.value.label, error.value.retry_after) == ("429 rate_limit_exceeded", 7.0)


@pytest.mark.parametrize(
    ("choice", "missing"),
    [
        ({"message": {"content": None, "refusal": "I cannot"}, "finish_reason": "stop"}, "blocked"),
        ({"message": {"content": None}, "finish_reason": "content_filter"}, "blocked"),
        ({"message": {"content": '{"score": 8'}, "finish_reason": "length"}, "truncated"),
        ({"message": {"content": "fine"}, "finish_reason": "stop"}, "bad json"),
    ],
)
def test_a_judge_without_a_score_says_why(
    provider_of: Callable[..., OpenAIProvider], choice: dict[str, object], missing: str
) -> None:
    """The labels are those of every judge."""
    judgement = provider_of(200, {"choices": [choice]}).judge(BRIEF, Image.of(PNG), model="j", rubric=RUBRIC)
    assert (judgement.score, judgement.missing) == (None, missing)


@pytest.mark.parametrize(
    "body", [{}, {"choices": []}, {"data": [{"index": 0}]}, {"data": [{"index": 0, "embedding": [1]}]}]
)
def test_an_answer_of_another_shape_is_unavailable(provider_of: Callable[..., OpenAIProvider], body: object) -> None:
    """Nothing is known then, and nothing is counted against a model."""
    with pytest.raises(Unavailable):
        provider_of(200, body).judge(BRIEF, Image.of(PNG), model="j", rubric=RUBRIC)
    with pytest.raises(Unavailable):
        provider_of(200, body).embed(["a"], model="e", dimensions=128)


@pytest.mark.parametrize("ratio", ["1:1", "16:9", "9:16", "21:9"])
@pytest.mark.parametrize(("name", "side"), [("1K", 1024), ("2K", 2048)])
def test_a_size_has_the_asked_shape_and_area(ratio: str, name: str, side: int) -> None:
    """Within what the gate allows: 4 % of the ratio, and the area of the asked size."""
    width, height = map(int, (size_of(ratio, name) or "").split("x"))
    across, down = map(int, ratio.split(":"))
    assert width / height == pytest.approx(across / down, rel=0.04)
    assert math.sqrt(width * height) == pytest.approx(side, rel=0.02)
    assert width % 16 == height % 16 == 0


@pytest.mark.parametrize(
    ("ratio", "name"), [(None, None), ("wide", "1K"), ("1:0", "1K"), ("1:1", "3K"), ("-1:1", "1K")]
)
def test_a_shape_that_cannot_be_read_is_left_to_the_service(ratio: str | None, name: str | None) -> None:
    """No size is sent then."""
    assert size_of(ratio, name) is None


def test_without_a_key_it_says_which_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable named in the settings, else the usual one."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        connect(WorkerSettings())
    with pytest.raises(ConfigError, match="SHADOW_KEY"):
        connect(WorkerSettings(key_env="SHADOW_KEY"))
