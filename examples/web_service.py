"""A web service that paints what its users ask for. Start it with `uvicorn web_service:app`.

    curl -d '{"prompt": "a red bicycle at dawn", "user": "u-42"}' -H 'Content-Type: application/json' \
      http://127.0.0.1:8000/pictures > bicycle.jpg
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request, Response
from google import genai
from pydantic import BaseModel

import shadow

MODEL = "gemini-3-pro-image-preview"


class Wish(BaseModel):
    """What a user asks for."""

    prompt: str
    user: str = ""
    category: str = ""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for the life of the service, made after the server has forked its processes."""
    with shadow.wrap(genai.Client()) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/pictures")
def paint(wish: Wish, request: Request) -> Response:
    """A picture, or 422 where the model made none. A plain function: FastAPI runs it in a thread."""
    # A user keeps the model that served them as the candidate's share grows.
    with shadow.labels(key=wish.user, segment=wish.category):
        answer = request.app.state.client.models.generate_content(model=MODEL, contents=wish.prompt)
    made = [part.inline_data for part in answer.parts or () if part.inline_data]
    if not made:
        raise HTTPException(status_code=422, detail="The model made no picture of it.")
    return Response(content=made[-1].data, media_type=made[-1].mime_type)
