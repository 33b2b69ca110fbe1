"""Canned answers of the API, for a real client that talks to no network."""

import base64
import io
from typing import Any

from PIL import Image as Pillow

INCUMBENT, CANDIDATE = "gemini-3-pro-image-preview", "gemini-3-pro-image"


def painted(colour: str = "navy") -> bytes:
    """A small picture."""
    buffer = io.BytesIO()
    Pillow.new("RGB", (8, 8), colour).save(buffer, format="PNG")
    return buffer.getvalue()


def picture_answer(data: bytes) -> dict[str, Any]:
    """A body that holds this picture."""
    part = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}}
    return {"candidates": [{"content": {"parts": [part]}, "finishReason": "STOP"}], "modelVersion": "v"}
