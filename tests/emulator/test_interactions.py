"""The Interactions API through the real google-genai client."""

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from google import genai
from PIL import Image

from shadow.emulator import MODELS
from shadow.emulator.interactions import interaction_of, read_interaction
from shadow.emulator.replies import Reply

BRIEF = "serene mountain valley at dawn with a lone tree"
FLASH = "gemini-3.1-flash-image"
WIDE = {"type": "image", "aspect_ratio": "16:9", "image_size": "512"}


def size_of(interaction: Any) -> tuple[int, int]:
    """The size of the picture in an interaction."""
    data = base64.b64decode(interaction.output_image.data)
    with Image.open(BytesIO(data)) as picture:
        return picture.size


@pytest.mark.parametrize(
    "asked",
    [BRIEF, [{"type": "text", "text": BRIEF}], [{"type": "user_input", "content": [{"type": "text", "text": BRIEF}]}]],
    ids=["text", "blocks", "steps"],
)
def test_an_interaction_holds_a_picture_of_the_asked_size(client: genai.Client, asked: Any) -> None:
    """However the input is written, the answer is the model's output with a JPEG and the tokens it took."""
    made = client.interactions.create(model=FLASH, input=asked, response_format=WIDE)
    assert size_of(made) == (688, 384)
    assert made.status == "completed"
    assert made.model == FLASH
    assert made.id
    assert made.usage.total_output_tokens >= 747
    assert [step.type for step in made.steps] == ["thought", "model_output"]


@pytest.mark.filterwarnings("ignore:warning:DeprecationWarning")  # google-genai tries one of its own deprecated classes
def test_a_reference_picture_lends_its_ratio(client: genai.Client, small: Callable[..., Any]) -> None:
    """An input with text and a picture is both."""
    picture = base64.b64encode(small().inline_data.data).decode()
    asked = [{"type": "text", "text": BRIEF}, {"type": "image", "mime_type": "image/jpeg", "data": picture}]
    made = client.interactions.create(
        model=FLASH, input=asked, generation_config={"image_config": {"image_size": "512"}}
    )
    assert size_of(made) == (688, 384)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"model": FLASH, "input": ""}, 400),
        ({"model": FLASH, "input": BRIEF, "background": True}, 400),
        ({"model": FLASH, "input": BRIEF, "response_format": {"type": "image", "aspect_ratio": "7:5"}}, 400),
        ({"model": "gemini-3.5-flash", "input": BRIEF}, 404),
        ({"model": "no-such-model", "input": BRIEF}, 404),
    ],
)
def test_what_cannot_be_served_is_an_error_of_the_api(
    client: genai.Client, arguments: dict[str, Any], code: int
) -> None:
    """Errors come in the shape that the SDK reads."""
    with pytest.raises(Exception, match=r".") as caught:  # google-genai keeps its interaction errors private
        client.interactions.create(**arguments)
    assert getattr(caught.value, "status_code", None) == code


@pytest.mark.parametrize("reply", [Reply(finish="NO_IMAGE"), Reply(blocked="NO_IMAGE")], ids=["finish", "blocked"])
def test_a_picture_that_is_not_made_has_its_reason(reply: Reply) -> None:
    """The interaction ends as failed, with the reason as an error's code and no step."""
    ask = read_interaction({"input": BRIEF})
    made = interaction_of(reply, ask=ask, model=MODELS[FLASH], interaction_id="v1_x")
    assert (made["status"], made["steps"]) == ("failed", [])
    assert made["errors"] == [{"code": "NO_IMAGE", "message": "No picture was made: NO_IMAGE."}]


def test_interactions_are_counted_under_their_own_method(running: Any) -> None:
    """What was paid for by an interaction is told from what was paid for otherwise."""
    before = running.emulator.counts()["paid"].get(FLASH, {}).get("interactions", 0)
    running.client.interactions.create(model=FLASH, input=BRIEF, response_format=WIDE)
    assert running.emulator.counts()["paid"][FLASH]["interactions"] == before + 1
