"""A real google-genai client whose every answer is one picture of two megabytes, with no network in between."""

import base64
import json
import os
import time
from typing import Any

import httpx2
from google import genai
from google.genai import types

from shadow.capture import Route

INCUMBENT, CANDIDATE, UNSAMPLED = "incumbent-model", "candidate-model", "model-of-no-migration"
PICTURE_BYTES = 1_500_000
"""As base64 two megabytes, the usual answer to a brief at 1K."""
ROUTES = {INCUMBENT: Route(incumbent=INCUMBENT, serving="pro", candidate=CANDIDATE, samples=(("pro", 1.0),))}
BRIEF = "a red bicycle in front of a bakery at dawn, long shadows, a cat on the window sill"
CONFIG = types.GenerateContentConfig(
    response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio="16:9", image_size="1K")
)


def client_on(*, pictures: int = 1, latency: float = 0.0) -> genai.Client:
    """The client; it answers after `latency` seconds, with so many different pictures in turn."""
    bodies = [_body() for _ in range(pictures)]
    asked = 0

    def handle(request: httpx2.Request) -> httpx2.Response:
        nonlocal asked
        del request
        asked += 1
        time.sleep(latency)
        return httpx2.Response(200, content=bodies[asked % pictures], headers={"content-type": "application/json"})

    options = types.HttpOptions(client_args={"transport": httpx2.MockTransport(handle)})
    return genai.Client(api_key="k", http_options=options)


def _body() -> bytes:
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n" + os.urandom(PICTURE_BYTES)).decode()
    parts: list[dict[str, Any]] = [
        {"inlineData": {"mimeType": "image/png", "data": data}, "thoughtSignature": data[:4000]}
    ]
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}
    usage = {"promptTokenCount": 20, "candidatesTokenCount": 1120, "thoughtsTokenCount": 300}
    return json.dumps({"candidates": [candidate], "usageMetadata": usage, "modelVersion": INCUMBENT}).encode()
