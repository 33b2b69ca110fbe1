"""What a program does with google-genai, way by way, written down as text: the same text with and without a proxy."""

import asyncio
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from google import genai
from google.genai import errors, types

INCUMBENT, CANDIDATE = "gemini-3.1-flash-image-preview", "gemini-3.1-flash-image"
"""They paint at 512 too, which is quicker."""
SMALL = types.GenerateContentConfig.model_validate({"image_config": {"image_size": "512"}})
FOX = "a red fox in the snow"
GONE = "no-such-model"


def told(value: Any) -> str:
    """Whatever came as text, places and names of the day left out, pictures by their digest."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    text = value if isinstance(value, str) else value.model_dump_json(exclude={"sdk_http_response"})
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    return re.sub(r"[A-Za-z0-9_+/=-]{200,}", lambda found: told(found[0].encode()), text)


def plain(client: genai.Client) -> Any:
    """A picture."""
    return client.models.generate_content(model=INCUMBENT, contents=FOX, config=SMALL)


def headers(client: genai.Client) -> str:
    """What the answer says of itself."""
    made = plain(client).sdk_http_response
    return json.dumps({name: value for name, value in (made.headers or {}).items() if name != "date"}, sort_keys=True)


def stream(client: genai.Client) -> str:
    """The chunks of a stream."""
    return "\n".join(
        told(chunk) for chunk in client.models.generate_content_stream(model=INCUMBENT, contents=FOX, config=SMALL)
    )


def chat(client: genai.Client) -> str:
    """Two turns."""
    chat = client.chats.create(model=INCUMBENT, config=SMALL.model_copy())
    return told(chat.send_message(FOX)) + told(chat.send_message("now at night"))


def interaction(client: genai.Client) -> str:
    """A picture by the other service."""
    made = client.interactions.create(
        model=INCUMBENT, input=FOX, response_format={"type": "image", "image_size": "512"}
    )
    return told(json.dumps([made.output_image.data, made.model, str(made.status)]))  # type: ignore[union-attr]


def an_error(client: genai.Client) -> str:
    """What a model that is not there says."""
    try:
        client.models.generate_content(model=GONE, contents=FOX)
    except errors.APIError as error:
        return f"{type(error).__name__} {error.code} {error.status} {error.message}"
    return "none"


def counting(client: genai.Client) -> Any:
    """Tokens, models, embeddings."""
    tokens = client.models.count_tokens(model=INCUMBENT, contents=FOX)
    vectors = client.models.embed_content(model="gemini-embedding-2", contents=FOX)
    return told(tokens) + told(vectors) + ",".join(str(model.name) for model in client.models.list())


def files(client: genai.Client) -> str:
    """Up, listed, down, gone."""
    data = bytes(range(256)) * 9000
    file = client.files.upload(file=io.BytesIO(data), config={"mime_type": "image/png", "display_name": "f"})
    down = client.files.download(file=str(file.name))
    listed = [str(item.display_name) for item in client.files.list()]
    client.files.delete(name=str(file.name))
    return told(file) + told(down) + ",".join(listed) + str(down == data)


def batches(client: genai.Client) -> str:
    """Made, worked off, gone."""
    source = [types.InlinedRequest(contents=FOX, metadata={"key": "a"}, config=SMALL)]
    job = client.batches.create(model=INCUMBENT, src=source, config={"display_name": "d"})
    done = client.batches.get(name=str(job.name))
    client.batches.delete(name=str(job.name))
    return told(job) + told(done)


def asynchronous(client: genai.Client) -> str:
    """A picture and a stream, async, over whichever transport the client has."""

    async def ask() -> str:
        one = await client.aio.models.generate_content(model=INCUMBENT, contents=FOX, config=SMALL)
        chunks = await client.aio.models.generate_content_stream(model=INCUMBENT, contents=FOX, config=SMALL)
        text = told(one) + "".join([told(chunk) async for chunk in chunks])
        await client.aio.aclose()
        return text

    return asyncio.run(ask())


EVERY_WAY: Mapping[str, Callable[[genai.Client], Any]] = {
    way.__name__: way
    for way in (plain, headers, stream, chat, interaction, an_error, counting, files, batches, asynchronous)
}
