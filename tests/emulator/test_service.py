"""Embeddings, judgements, tokens, model pages and errors through the real google-genai client."""

import json
import math
from collections.abc import Callable
from datetime import date

import pytest
from google import genai
from google.genai import errors, types
from pydantic import BaseModel, Field

PRO, PREVIEW = "gemini-3-pro-image", "gemini-3-pro-image-preview"
JUDGE, EMBEDDER = "gemini-3.5-flash", "gemini-embedding-2"
BRIEF = "serene mountain valley at dawn with a lone tree"
BROKEN = types.Part.from_bytes(data=b"no picture", mime_type="image/png")
TOO_SHORT = types.EmbedContentConfig(output_dimensionality=64)


class Verdict(BaseModel):
    score: int = Field(ge=0, le=100)
    reason: str


def test_two_contents_are_two_vectors_and_a_list_of_parts_is_one(client: genai.Client, small) -> None:
    """Grouping follows the request, as with gemini-embedding-2."""
    contents = [types.Content(parts=[types.Part(text=BRIEF)]), types.Content(parts=[small()])]
    config = types.EmbedContentConfig(output_dimensionality=768)
    apart = client.models.embed_content(model=EMBEDDER, contents=contents, config=config).embeddings or []
    together = client.models.embed_content(model=EMBEDDER, contents=[BRIEF, small()]).embeddings or []
    assert [len(item.values or []) for item in apart] == [768, 768]
    assert [len(item.values or []) for item in together] == [3072]
    cosine = sum(a * b for a, b in zip(apart[0].values or [], apart[1].values or [], strict=True))
    assert 0.3 < cosine < 0.65
    assert math.isclose(sum(value**2 for value in together[0].values or []), 1.0, rel_tol=1e-3)


def test_png_can_be_embedded_and_webp_cannot(client: genai.Client, small) -> None:
    """WebP is a 400, as documented."""
    assert client.models.embed_content(model=EMBEDDER, contents=[small("image/png")]).embeddings
    with pytest.raises(errors.ClientError, match="image/webp") as caught:
        client.models.embed_content(model=EMBEDDER, contents=[small("image/webp")])
    assert caught.value.code == 400


def test_the_judge_answers_in_the_schema(client: genai.Client, small) -> None:
    """A pydantic schema comes back parsed, with a score and a reason, the same for the same seed."""
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Verdict, seed=1)
    prompt = f"Judge the picture.\n<brief>\n{BRIEF}\n</brief>"
    response = client.models.generate_content(model=JUDGE, contents=[prompt, small()], config=config)
    assert isinstance(response.parsed, Verdict)
    assert 50 <= response.parsed.score <= 100
    assert response.parsed.reason.endswith(".")
    again = client.models.generate_content(model=JUDGE, contents=[prompt, small()], config=config)
    assert again.text == response.text


def test_a_json_schema_works_as_well(client: genai.Client, small) -> None:
    """responseJsonSchema with criteria fills every property."""
    schema = {
        "type": "object",
        "properties": {
            "score": {"type": "integer", "minimum": 0, "maximum": 100},
            "reason": {"type": "string"},
            "negative_space": {"type": "integer", "minimum": 1, "maximum": 5},
        },
    }
    config = types.GenerateContentConfig(response_mime_type="application/json", response_json_schema=schema)
    response = client.models.generate_content(model=JUDGE, contents=[BRIEF, small()], config=config)
    answer = json.loads(response.text or "")
    assert list(answer) == ["score", "reason", "negative_space"]
    assert 1 <= answer["negative_space"] <= 5


def test_without_a_picture_there_is_nothing_to_judge(client: genai.Client) -> None:
    """A text model says in words that it saw no picture."""
    assert "no picture" in (client.models.generate_content(model=JUDGE, contents=BRIEF).text or "")


def test_a_short_budget_truncates_the_judge(client: genai.Client, small) -> None:
    """maxOutputTokens below the answer's length ends with MAX_TOKENS and broken JSON."""
    config = types.GenerateContentConfig(
        response_mime_type="application/json", response_schema=Verdict, max_output_tokens=4
    )
    response = client.models.generate_content(model=JUDGE, contents=[BRIEF, small()], config=config)
    assert response.candidates[0].finish_reason is types.FinishReason.MAX_TOKENS
    assert response.parsed is None


def test_models_are_listed_in_pages_and_fetched(client: genai.Client) -> None:
    """Paging gives every model once; get gives one."""
    names = [model.name for model in client.models.list(config={"page_size": 3})]
    assert len(names) == len(set(names))
    assert {f"models/{name}" for name in (PRO, PREVIEW, JUDGE, EMBEDDER)} <= set(names)
    found = client.models.get(model=PRO)
    assert found.name == f"models/{PRO}"
    assert "generateContent" in (found.supported_actions or [])


def test_tokens_are_counted(client: genai.Client, small) -> None:
    """About four letters to a token; a picture counts 1120."""
    assert client.models.count_tokens(model=JUDGE, contents="a" * 40).total_tokens == 10
    assert client.models.count_tokens(model=JUDGE, contents=["a" * 40, small()]).total_tokens == 1130


ERRORS: list[tuple[Callable[[genai.Client], object], int, str]] = [
    (lambda client: client.models.generate_content(model="gemini-9", contents="x"), 404, "NOT_FOUND"),
    (lambda client: client.models.generate_content(model=EMBEDDER, contents="x"), 404, "NOT_FOUND"),
    (lambda client: client.models.embed_content(model=JUDGE, contents="x"), 404, "NOT_FOUND"),
    (lambda client: client.models.get(model="nothing"), 404, "NOT_FOUND"),
    (lambda client: client.models.generate_content(model=JUDGE, contents=[BRIEF, BROKEN]), 400, "INVALID_ARGUMENT"),
    (lambda client: client.models.generate_content(model=PRO, contents=[BRIEF, BROKEN]), 400, "INVALID_ARGUMENT"),
    (lambda client: client.models.embed_content(model=EMBEDDER, contents=[BROKEN]), 400, "INVALID_ARGUMENT"),
    (lambda client: client.models.embed_content(model=EMBEDDER, contents=[BROKEN] * 7), 400, "INVALID_ARGUMENT"),
    (lambda client: client.models.list(config={"page_token": "x"}), 400, "INVALID_ARGUMENT"),
    (
        lambda client: client.models.embed_content(model=EMBEDDER, contents="x", config=TOO_SHORT),
        400,
        "INVALID_ARGUMENT",
    ),
]


@pytest.mark.parametrize(("call", "code", "status"), ERRORS)
def test_errors_have_the_shape_of_the_api(
    client: genai.Client, call: Callable[[genai.Client], object], code: int, status: str
) -> None:
    """Unknown models and methods and unreadable pictures raise ClientError with code and status."""
    with pytest.raises(errors.ClientError) as caught:
        call(client)
    assert (caught.value.code, caught.value.status) == (code, status)


@pytest.mark.parametrize("image", [{"image_size": "1k"}, {"aspect_ratio": "7:5"}, {"model": PRO, "image_size": "512"}])
def test_sizes_that_are_not_on_offer_are_refused(running, image: dict[str, str]) -> None:
    """Unknown sizes and ratios and those of another family are a 400 that lists what there is."""
    with pytest.raises(errors.ClientError, match="It supports aspect ratios 1:1") as caught:
        running.ask(BRIEF, **image)
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


def test_a_retired_model_is_not_found_and_not_listed(launch) -> None:
    """After the sunset the preview answers 404; its successor goes on."""
    running = launch(today=date(2026, 7, 1))
    with pytest.raises(errors.ClientError, match="is not found for API version v1") as caught:
        running.ask(BRIEF, model=PREVIEW, image_size="1K")
    assert caught.value.code == 404
    assert f"models/{PREVIEW}" not in {model.name for model in running.client.models.list()}
    assert running.client.models.get(model=PRO)
