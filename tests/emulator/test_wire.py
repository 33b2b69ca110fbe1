"""Requests as they come over the wire."""

import json
from base64 import b64encode, urlsafe_b64encode

import pytest

from shadow.emulator.errors import ApiError
from shadow.emulator.wire import encoded, parsed, read_ask, read_embeds

BYTES = bytes([0xFB, 0xFF, 0xFE] * 3 + [1])


def asked(body: dict[str, object]) -> object:
    return read_ask(parsed(json.dumps(body).encode()))


def test_both_casings_read_alike() -> None:
    """camelCase, snake_case and the SDK's mixture of both give the same request."""
    data = urlsafe_b64encode(BYTES).decode()
    camel = {
        "contents": [
            {"role": "user", "parts": [{"text": "x"}, {"inlineData": {"mimeType": "image/png", "data": data}}]}
        ],
        "generationConfig": {
            "responseModalities": ["TEXT", "IMAGE"],
            "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"},
            "seed": 7,
        },
    }
    snake = {
        "contents": [
            {"role": "user", "parts": [{"text": "x"}, {"inline_data": {"mime_type": "image/png", "data": data}}]}
        ],
        "generation_config": {
            "response_modalities": ["text", "image"],
            "image_config": {"aspect_ratio": "16:9", "image_size": "2K"},
            "seed": 7,
        },
    }
    assert asked(camel) == asked(snake)


def test_property_names_of_a_schema_keep_their_spelling() -> None:
    """Only the schema's own keys are renamed, never the caller's property names."""
    schema = {
        "properties": {"negative_space": {"any_of": [{"type": "INTEGER"}]}},
        "property_ordering": ["negative_space"],
    }
    ask = read_ask(
        {
            "contents": [{"parts": [{"text": "x"}]}],
            **parsed(json.dumps({"generationConfig": {"responseSchema": schema}}).encode()),
        }
    )
    assert ask.schema == {
        "properties": {"negative_space": {"anyOf": [{"type": "INTEGER"}]}},
        "propertyOrdering": ["negative_space"],
    }


@pytest.mark.parametrize(
    "data",
    [
        b64encode(BYTES).decode(),
        urlsafe_b64encode(BYTES).decode(),
        urlsafe_b64encode(BYTES).decode().rstrip("="),
    ],
)
def test_base64_in_every_alphabet(data: str) -> None:
    """Standard, URL-safe and unpadded bytes are the same bytes."""
    ask = read_ask({"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": data}}]}]})
    assert ask.blobs[0].data == BYTES


def test_answers_use_standard_base64() -> None:
    """Bytes go out in the alphabet that the API uses."""
    assert encoded(BYTES) == b64encode(BYTES).decode()


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b"{}",
        b'{"contents": 3}',
        b'{"contents": [3]}',
        b'{"contents": [{"parts": [{"inlineData": {"data": "!"}}]}]}',
        b'{"contents": [{"parts": [{"fileData": {"fileUri": "x"}}]}]}',
        b'{"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"seed": "seven"}}',
        b"[" * 100_000,
    ],
)
def test_what_the_api_would_not_take_is_a_400(body: bytes) -> None:
    """Broken JSON, wrong types, broken base64 and absent contents are INVALID_ARGUMENT."""
    with pytest.raises(ApiError) as caught:
        read_ask(parsed(body))
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


def test_a_batch_is_one_request_each() -> None:
    """Dimensions are read per request; a bare embedContent body is a batch of one."""
    content = {"parts": [{"text": "x"}]}
    batch = read_embeds(
        {"requests": [{"content": content, "outputDimensionality": 768}, {"content": content}]}, default=3072
    )
    assert [ask.dimensions for ask in batch] == [768, 3072]
    assert len(read_embeds({"content": content}, default=3072)) == 1
