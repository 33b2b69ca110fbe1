"""Files, batches, interactions and webhooks, as the real SDK uses them."""

import io
import json
from collections.abc import Callable

import pytest
from google import genai
from google.genai import errors, types

MODEL = "gemini-3.1-flash-image"
SMALL = {"image_config": {"image_size": "512"}}


def uploaded(client: genai.Client, data: bytes, mime_type: str) -> types.File:
    """A file of ours at the emulator."""
    config = types.UploadFileConfig(mime_type=mime_type, display_name="mine")
    return client.files.upload(file=io.BytesIO(data), config=config)


def test_a_file_is_uploaded_listed_downloaded_and_deleted(client: genai.Client) -> None:
    """Byte for byte, under one name."""
    data = bytes(range(256)) * 40_000
    made = uploaded(client, data, "image/png")
    assert made.name is not None
    assert (made.size_bytes, made.mime_type, made.display_name) == (len(data), "image/png", "mine")
    assert client.files.get(name=made.name).sha256_hash == made.sha256_hash
    assert made.name in [file.name for file in client.files.list()]
    client.files.delete(name=made.name)
    with pytest.raises(errors.ClientError, match="404"):
        client.files.get(name=made.name)


def test_a_file_stands_in_for_inline_bytes(client: genai.Client, small: Callable[..., types.Part]) -> None:
    """The picture that is painted after it is the same."""
    part = small("image/png")
    assert part.inline_data is not None
    assert part.inline_data.data is not None
    file = uploaded(client, part.inline_data.data, "image/png")
    config = types.GenerateContentConfig.model_validate(SMALL)
    made = [client.models.generate_content(model=MODEL, contents=[it, "a fox"], config=config) for it in (file, part)]
    assert [bool(answer.parts) for answer in made] == [True, True]
    tokens = [answer.usage_metadata and answer.usage_metadata.prompt_token_count for answer in made]
    assert tokens[0] == tokens[1]


def test_a_file_that_is_not_there_is_named(client: genai.Client) -> None:
    """400, as for an expired one."""
    part = types.Part.from_uri(file_uri="https://elsewhere/files/gone", mime_type="image/png")
    with pytest.raises(errors.ClientError, match="gone does not exist here"):
        client.models.generate_content(model=MODEL, contents=[part])


def test_a_batch_waits_is_worked_off_and_deleted(client: genai.Client) -> None:
    """Each answer with its metadata; one that fails fails alone."""
    requests = [
        types.InlinedRequest(
            contents=words, metadata={"key": key}, config=types.GenerateContentConfig.model_validate(config)
        )
        for key, words, config in (("a", "a fox", SMALL), ("b", "a fox", {"image_config": {"image_size": "9K"}}))
    ]
    job = client.batches.create(model=MODEL, src=requests, config={"display_name": "d"})
    assert (job.state, job.display_name) == (types.JobState.JOB_STATE_PENDING, "d")
    assert job.name is not None
    job = client.batches.get(name=job.name)
    assert job.state is types.JobState.JOB_STATE_SUCCEEDED
    assert job.dest is not None
    first, second = job.dest.inlined_responses or []
    assert first.response is not None
    assert first.metadata == {"key": "a"}
    assert second.error is not None
    assert job.name in [item.name for item in client.batches.list(config={"page_size": 5})]
    client.batches.delete(name=job.name)


def test_a_batch_of_a_file_ends_in_a_file(client: genai.Client) -> None:
    """JSON Lines in, JSON Lines out, by key."""
    request = {"contents": [{"parts": [{"text": "a fox"}]}], "generationConfig": {"imageConfig": {"imageSize": "512"}}}
    lines = b"\n".join(json.dumps({"key": key, "request": request}).encode() for key in ("one", "two"))
    job = client.batches.create(model=MODEL, src=uploaded(client, lines, "application/jsonl").name or "")
    job = client.batches.get(name=job.name or "")
    assert job.dest is not None
    assert job.dest.file_name is not None
    answers = [json.loads(line) for line in client.files.download(file=job.dest.file_name).splitlines()]
    assert [answer["key"] for answer in answers] == ["one", "two"]
    assert all("candidates" in answer["response"] for answer in answers)


def test_a_batch_is_cancelled(client: genai.Client) -> None:
    """And makes nothing."""
    job = client.batches.create(model=MODEL, src=[types.InlinedRequest(contents="a fox")])
    client.batches.cancel(name=job.name or "")
    assert client.batches.get(name=job.name or "").state is types.JobState.JOB_STATE_CANCELLED


@pytest.mark.filterwarnings("ignore:.*xperimental")
def test_embeddings_in_a_batch(client: genai.Client) -> None:
    """One vector for each content."""
    source = types.EmbeddingsBatchJobSource(inlined_requests=types.EmbedContentBatch(contents=["a fox"]))
    job = client.batches.create_embeddings(model="gemini-embedding-2", src=source)
    job = client.batches.get(name=job.name or "")
    assert job.state is types.JobState.JOB_STATE_SUCCEEDED


@pytest.fixture
def kept(client: genai.Client) -> str:
    """The id of an interaction."""
    made = client.interactions.create(
        model=MODEL, input="a fox", response_format={"type": "image", "image_size": "512"}
    )
    return str(made.id)


def test_an_interaction_is_remembered(client: genai.Client, kept: str) -> None:
    """Until it is deleted."""
    assert client.interactions.get(id=kept).id == kept
    client.interactions.delete(id=kept)


def test_webhooks_are_kept(client: genai.Client) -> None:
    """Made, listed, asked for, deleted; the secret is told once."""
    made = client.webhooks.create(uri="https://example.com/hook", subscribed_events=["batch.succeeded"], name="h")
    assert made.id is not None
    assert client.webhooks.get(id=made.id).uri == "https://example.com/hook"
    client.webhooks.delete(id=made.id)
