"""Image models through the real google-genai client: pictures, draws, and what happens instead of a picture."""

from io import BytesIO

import httpx2
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from shadow.emulator import Fault, Scenario, Truth

PRO, FLASH = "gemini-3-pro-image", "gemini-3.1-flash-image"
BRIEF = "serene mountain valley at dawn with a lone tree"


def test_a_brief_becomes_a_picture_of_the_documented_size(running) -> None:
    """Pixels, tokens, model version, finish reason and a bounded thought signature are as documented."""
    response = running.ask(BRIEF, model=PRO, aspect_ratio="16:9", image_size="1K")
    picture = (response.parts or [])[-1]
    with Image.open(BytesIO(picture.inline_data.data)) as opened:
        assert opened.size == (1376, 768)
    assert (response.model_version, response.candidates[0].finish_reason) == (PRO, types.FinishReason.STOP)
    assert response.response_id
    usage = response.usage_metadata
    details = {item.modality: item.token_count for item in usage.candidates_tokens_details}
    assert details[types.MediaModality.IMAGE] == 1120
    parts = (usage.prompt_token_count, usage.candidates_token_count, usage.thoughts_token_count)
    assert usage.total_token_count == sum(parts)
    assert 750 <= len(picture.thought_signature) <= 4096


def test_text_comes_along_unless_only_a_picture_is_wanted(client: genai.Client) -> None:
    """IMAGE alone gives one part, TEXT alone no picture."""
    only = {
        kind: client.models.generate_content(
            model=PRO, contents=BRIEF, config=types.GenerateContentConfig(response_modalities=[kind])
        )
        for kind in ("IMAGE", "TEXT")
    }
    assert len(only["IMAGE"].parts or []) == 1
    assert [part.inline_data for part in only["TEXT"].parts or []] == [None]


def test_asking_again_gives_another_draw_and_a_seed_fixes_it(running) -> None:
    """Without a seed every request is a new draw; with one, the same picture."""
    assert running.picture(BRIEF) != running.picture(BRIEF)
    assert running.picture(BRIEF, seed=7) == running.picture(BRIEF, seed=7)


def test_a_fresh_server_repeats_itself(launch) -> None:
    """Two servers of one seed answer a brief with the same bytes, another seed with others."""
    pictures = [launch(seed=seed).picture(BRIEF) for seed in (3, 3, 4)]
    assert pictures[0] == pictures[1] != pictures[2]


def test_a_reference_picture_lends_its_ratio(client: genai.Client, small) -> None:
    """Without a ratio in the request, the input picture's is kept."""
    response = client.models.generate_content(
        model=FLASH, contents=[BRIEF, small()], config={"image_config": {"image_size": "512"}}
    )
    with Image.open(BytesIO((response.parts or [])[-1].inline_data.data)) as picture:
        assert picture.size == (688, 384)


def test_a_stream_brings_text_then_the_picture_then_the_end(client: genai.Client) -> None:
    """The SDK reads the frames of alt=sse; the last one says why it ended."""
    config = types.GenerateContentConfig(image_config=types.ImageConfig(image_size="512"))
    chunks = list(client.models.generate_content_stream(model=FLASH, contents=BRIEF, config=config))
    assert ["picture" if chunk.parts[0].inline_data else "text" for chunk in chunks] == ["text", "picture", "text"]
    reasons = [chunk.candidates[0].finish_reason for chunk in chunks]
    assert reasons == [None, None, types.FinishReason.STOP]


def faulty(fault: Fault) -> Scenario:
    return Scenario(name="faulty", summary="", truth=Truth(quality=0, tolerance=0), faults=((fault, 1.0),))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.OVERLOADED, errors.ServerError),
        (Fault.QUOTA, errors.ClientError),
        (Fault.DROPPED, httpx2.RemoteProtocolError),
    ],
)
def test_a_failed_line_raises_and_the_retry_succeeds(launch, fault: Fault, kind: type[Exception]) -> None:
    """503, 429 and a closed connection reach the SDK as what they are; the next request gets its picture."""
    running = launch(scenario=faulty(fault))
    with pytest.raises(kind) as caught:
        running.ask(BRIEF, model=PRO, image_size="1K")
    assert running.picture(BRIEF, model=PRO, image_size="1K")
    assert running.emulator.counts()["paid"] == {PRO: {"generateContent": 1}}
    if isinstance(caught.value, errors.ClientError):
        assert "'retryDelay': '1s'" in str(caught.value.details)


@pytest.mark.parametrize(
    ("fault", "finish", "block", "words"),
    [
        (Fault.NO_IMAGE, types.FinishReason.NO_IMAGE, None, False),
        (Fault.IMAGE_SAFETY, types.FinishReason.IMAGE_SAFETY, None, False),
        (Fault.TEXT_ONLY, types.FinishReason.STOP, None, True),
        (Fault.BLOCKED, None, types.BlockedReason.PROHIBITED_CONTENT, False),
    ],
)
def test_a_refusal_is_a_200_without_a_picture(launch, fault: Fault, finish, block, words: bool) -> None:
    """Each way of not making a picture has the shape that the API gives it."""
    response = launch(scenario=faulty(fault)).ask(BRIEF, model=PRO, image_size="1K")
    assert [candidate.finish_reason for candidate in response.candidates or []] == ([finish] if finish else [])
    assert (response.prompt_feedback.block_reason if response.prompt_feedback else None) is block
    assert [bool(part.text) and not part.inline_data for part in response.parts or []] == ([True] if words else [])
    assert response.usage_metadata is not None
