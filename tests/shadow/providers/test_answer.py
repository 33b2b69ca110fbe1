"""Answers and exceptions of google-genai become outcomes: recorded ones and each documented shape."""

import base64
import io
import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image as Pillow

from shadow.pair import Outcome, OutcomeKind
from shadow.providers.answer import label_of_error, outcome_of_error, outcome_of_response, retry_after, without_keys

WIRE = Path(__file__).parents[3].parent / "shared" / "data" / "gemini_wire"
needs_wire = pytest.mark.skipif(not WIRE.is_dir(), reason="recorded answers are not part of a checkout")


def picture(colour: str = "navy", kind: str = "PNG") -> bytes:
    """A small picture."""
    buffer = io.BytesIO()
    Pillow.new("RGB", (8, 8), colour).save(buffer, format=kind)
    return buffer.getvalue()


def answered(body: Any, status: int = 200) -> Outcome:
    """What the real client makes of this body, and we of that."""

    def reply(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, json=body)

    options = types.HttpOptions(client_args={"transport": httpx2.MockTransport(reply)})
    client = genai.Client(api_key="k", http_options=options)
    try:
        response = client.models.generate_content(model="m", contents="a fox")
    except errors.APIError as error:
        return outcome_of_error(error, model="m", started_at=1.0, latency=2.0)
    finally:
        client.close()
    return outcome_of_response(response, model="m", started_at=1.0, latency=2.0)


def with_parts(*parts: dict[str, Any], reason: str | None = "STOP") -> dict[str, Any]:
    """A body of one candidate."""
    candidate: dict[str, Any] = {"content": {"parts": list(parts)}}
    return {"candidates": [{**candidate, "finishReason": reason} if reason else candidate]}


def inline(data: bytes, **more: Any) -> dict[str, Any]:
    """A picture part."""
    return {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}, **more}


RECORDED: dict[str, tuple[OutcomeKind, str]] = {
    "bodies/js_genai_stream_error_0.0": (OutcomeKind.INFRASTRUCTURE, "404 NOT_FOUND"),
    "bodies/js_genai_stream_image_mldev_0.3": (OutcomeKind.IMAGE, ""),
    "bodies/js_genai_stream_image_mldev_0.4": (OutcomeKind.FAILURE, "EMPTY"),
    "bodies/js_genai_stream_image_vertex_0.3": (OutcomeKind.IMAGE, ""),
    "bodies/prism_generate_image_with_a_prompt_1_0": (OutcomeKind.IMAGE, ""),
    "bodies/prism_generate_image_with_image_edit_1_0": (OutcomeKind.IMAGE, ""),
    "bodies/pydantic_ai_embed_error_404_0": (OutcomeKind.INFRASTRUCTURE, "404 NOT_FOUND"),
    "bodies/pydantic_ai_image_generation_local_fallback_google_0": (OutcomeKind.IMAGE, ""),
    "bodies/pydantic_ai_test_google_image_and_text_output_0": (OutcomeKind.IMAGE, ""),
    "bodies/pydantic_ai_test_google_image_generation_with_text_0": (OutcomeKind.IMAGE, ""),
    "bodies/pydantic_ai_test_google_image_generation_with_web_search_0": (OutcomeKind.IMAGE, ""),
    "bodies/pydantic_ai_test_google_image_or_text_output_0": (OutcomeKind.REFUSAL, "TEXT_ONLY"),
    "bodies/pydantic_ai_test_google_image_or_text_output_1": (OutcomeKind.IMAGE, ""),
    "bodies/pydantic_ai_test_google_model_armor_prompt_template_text_gets_blocked_1": (
        OutcomeKind.REFUSAL,
        "MODEL_ARMOR",
    ),
    "bodies/pydantic_ai_test_google_model_armor_response_template_real_block_0": (OutcomeKind.REFUSAL, "MODEL_ARMOR"),
    "bodies/pydantic_ai_test_google_model_max_tokens_0": (OutcomeKind.FAILURE, "MAX_TOKENS"),
    "bodies/pydantic_ai_test_google_model_max_tokens_thinking_model_empty_response_0": (
        OutcomeKind.FAILURE,
        "MAX_TOKENS",
    ),
    "bodies/pydantic_ai_test_google_model_safety_settings_0": (OutcomeKind.REFUSAL, "SAFETY"),
    "bodies/pydantic_ai_test_google_vertexai_image_generation_0": (OutcomeKind.IMAGE, ""),
    "bodies/pydantic_ai_test_google_vertexai_image_generation_with_output_format_0": (OutcomeKind.IMAGE, ""),
    "bodies/ruby_llm_error_context_length_429_0": (OutcomeKind.INFRASTRUCTURE, "429 RESOURCE_EXHAUSTED"),
    "bodies/ruby_llm_paint_gemini_3_1_flash_lite_image_0": (OutcomeKind.IMAGE, ""),
    "bodies/ruby_llm_paint_vertexai_3_1_flash_lite_image_1": (OutcomeKind.IMAGE, ""),
    "vercel/google-image-gemini-3.1-flash-image": (OutcomeKind.IMAGE, ""),
    "vercel/google-image-no-image-live": (OutcomeKind.FAILURE, "NO_IMAGE"),
    "vercel/issue-19758-image-prompt-block": (OutcomeKind.REFUSAL, "PROHIBITED_CONTENT"),
    "vercel/google-429-retry-info": (OutcomeKind.INFRASTRUCTURE, "429 RESOURCE_EXHAUSTED"),
}
NOT_A_GENERATE_ANSWER = {"bodies/js_genai_imagen_vertex_0.0", "vercel/issue-22372-live-errors"}
TEXT_CHUNK = re.compile(r"bodies/js_genai_stream_image_.*_0\.[0124]$")


def recorded(name: str) -> tuple[Any, int]:
    """A recorded body with its picture put back, and its status."""
    record = json.loads((WIRE / f"{name}.json").read_text())
    body = record.get("body", record)
    status = record.get("http_status") or (body.get("error") or {}).get("code", 200)
    return put_back(body), status


def put_back(value: Any) -> Any:
    """The value with every placeholder of a picture or a signature made real again."""
    if isinstance(value, dict):
        return {key: put_back(item) for key, item in value.items()}
    if isinstance(value, list):
        return [put_back(item) for item in value]
    if isinstance(value, str) and (found := re.match(r"<base64 of (images/\S+),", value)):
        stored = WIRE / found[1]
        return base64.b64encode(stored.read_bytes() if stored.exists() else picture()).decode()
    if isinstance(value, str) and value.startswith("<redacted live image data"):
        return base64.b64encode(picture(kind="JPEG")).decode()
    if isinstance(value, str) and (found := re.match(r"<(?:redacted thought signature; length=)?(\d+)", value)):
        return "A" * (int(found[1]) // 4 * 4)
    return value


@needs_wire
@pytest.mark.parametrize("name", sorted(RECORDED))
def test_each_recorded_answer_becomes_the_right_outcome(name: str) -> None:
    """Real bodies of the API, through the real client: pictures, refusals, failures, errors."""
    outcome = answered(*recorded(name))
    assert (outcome.kind, outcome.label) == RECORDED[name]
    assert (outcome.image is not None) == (outcome.kind is OutcomeKind.IMAGE)


@needs_wire
def test_no_recorded_answer_is_left_out() -> None:
    """Every file is classified above, or is a chunk of a stream, or another method's answer."""
    found = {f"{path.parent.name}/{path.stem}" for path in WIRE.glob("*/*.json")}
    left = found - RECORDED.keys() - NOT_A_GENERATE_ANSWER
    assert all(TEXT_CHUNK.match(name) for name in left)


@needs_wire
def test_the_bytes_of_a_recorded_picture_arrive_unchanged() -> None:
    """The picture under its digest is the one the API sent, whatever type was declared."""
    outcome = answered(*recorded("bodies/ruby_llm_paint_vertexai_3_1_flash_lite_image_1"))
    stored = (WIRE / "images/ruby_llm_paint_vertexai_3_1_flash_lite_image_1_0.jpeg").read_bytes()
    assert outcome.image is not None
    assert outcome.image.data == stored
    assert outcome.image.mime == "image/jpeg"


@pytest.mark.parametrize(
    ("body", "kind", "label"),
    [
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, OutcomeKind.REFUSAL, "PROHIBITED_CONTENT"),
        ({"candidates": [{"finishReason": "NO_IMAGE"}]}, OutcomeKind.FAILURE, "NO_IMAGE"),
        ({"candidates": [{"finishReason": "IMAGE_SAFETY", "content": {}}]}, OutcomeKind.REFUSAL, "IMAGE_SAFETY"),
        (with_parts({"text": "Which fox do you mean?"}), OutcomeKind.REFUSAL, "TEXT_ONLY"),
        ({}, OutcomeKind.FAILURE, "EMPTY"),
        (with_parts({"text": "half"}, reason="MAX_TOKENS"), OutcomeKind.FAILURE, "MAX_TOKENS"),
        (with_parts({"text": "thinking", "thought": True}), OutcomeKind.FAILURE, "EMPTY"),
    ],
)
def test_a_200_without_a_picture_is_named(body: dict[str, Any], kind: OutcomeKind, label: str) -> None:
    """Each documented shape of an answer without a picture has its own label and never raises."""
    outcome = answered(body)
    assert (outcome.kind, outcome.label, outcome.image) == (kind, label, None)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([inline(picture("red"), thought=True), inline(picture("navy"))], "navy"),
        ([inline(picture("red")), inline(picture("navy"))], "navy"),
        ([inline(picture("navy")), inline(picture("red"), thought=True)], "navy"),
        ([inline(picture("red"), thought=True), inline(picture("navy"), thought=True)], "navy"),
        ([{"text": "Here it is:"}, inline(picture("navy"), thoughtSignature="AAAA")], "navy"),
    ],
)
def test_the_final_picture_is_the_last_that_is_not_a_thought(parts: list[dict[str, Any]], expected: str) -> None:
    """Interim pictures of a thinking model are passed over, unless every picture is marked as a thought."""
    outcome = answered(with_parts(*parts))
    assert outcome.image is not None
    assert outcome.image.data == picture(expected)


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [
        (400, "INVALID_ARGUMENT", OutcomeKind.FAILURE),
        (400, "FAILED_PRECONDITION", OutcomeKind.INFRASTRUCTURE),
        (401, "UNAUTHENTICATED", OutcomeKind.INFRASTRUCTURE),
        (403, "PERMISSION_DENIED", OutcomeKind.INFRASTRUCTURE),
        (404, "NOT_FOUND", OutcomeKind.INFRASTRUCTURE),
        (429, "RESOURCE_EXHAUSTED", OutcomeKind.INFRASTRUCTURE),
        (500, "INTERNAL", OutcomeKind.INFRASTRUCTURE),
        (503, "UNAVAILABLE", OutcomeKind.INFRASTRUCTURE),
        (504, "DEADLINE_EXCEEDED", OutcomeKind.INFRASTRUCTURE),
    ],
)
def test_only_a_rejected_brief_is_the_models_failure(status: int, name: str, kind: OutcomeKind) -> None:
    """Quota, outages, keys and missing models are infrastructure; a brief the model cannot serve is its own outcome."""
    outcome = answered({"error": {"code": status, "message": "no", "status": name}}, status)
    assert (outcome.kind, outcome.label) == (kind, f"{status} {name}")


def test_an_invalid_key_is_not_the_models_failure() -> None:
    """The API answers 400 INVALID_ARGUMENT to a wrong key; the detail tells."""
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]
    body = {"error": {"code": 400, "message": "bad key", "status": "INVALID_ARGUMENT", "details": details}}
    assert answered(body, 400).label == "400 API_KEY_INVALID"
    assert answered(body, 400).kind is OutcomeKind.INFRASTRUCTURE


@pytest.mark.parametrize(
    ("make", "label"),
    [
        (lambda: httpx2.ReadTimeout("slow"), "timeout"),
        (lambda: httpx2.ConnectTimeout("slow"), "timeout"),
        (lambda: TimeoutError(), "timeout"),
        (lambda: httpx2.RemoteProtocolError("dropped"), "connection"),
        (lambda: httpx2.ConnectError("refused"), "connection"),
        (lambda: json.JSONDecodeError("not JSON", "<html>", 0), "MALFORMED_ANSWER"),
        (lambda: pickle.loads(pickle.dumps(errors.ServerError(503, {"error": {"status": "X"}}))), "503 X"),  # noqa: S301 - our own bytes
        (lambda: RuntimeError("closed"), "RuntimeError"),
    ],
)
def test_what_the_transport_raises_is_named(make: Callable[[], BaseException], label: str) -> None:
    """Timeouts, drops and broken bodies have countable names; a pickled error keeps its own."""
    assert label_of_error(make()) == label


def test_the_wait_the_api_asks_for_is_read() -> None:
    """RetryInfo of the body, else the Retry-After header, else nothing."""
    info = {"error": {"details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.4s"}]}}
    header = httpx2.Response(503, headers={"retry-after": "7"})
    assert retry_after(errors.ClientError(429, info)) == 34.4
    assert retry_after(errors.ServerError(503, {"error": {}}, header)) == 7
    assert retry_after(errors.ServerError(503, {"error": {"details": "odd"}})) is None
    assert retry_after(RuntimeError()) is None


def test_no_key_survives_in_a_detail() -> None:
    """Whatever an error text quotes, a key in it is blanked and the length bounded."""
    key = "AIza" + "x" * 35
    text = without_keys(f"key {key} rejected: GET /v1/models?key=secret-1&alt=sse " + "y" * 10_000)
    assert key not in text
    assert "secret-1" not in text
    assert len(text) == 500
