"""The embedding model: one vector for each request, whatever its parts."""

from collections.abc import Sequence

import numpy as np

from shadow.emulator.embedder import DIMENSIONS, SMALLEST, embed_picture, embed_words, joined
from shadow.emulator.errors import invalid
from shadow.emulator.replies import count_tokens
from shadow.emulator.wire import Blob, EmbedAsk, Json

_MOST_PICTURES = 6
_READABLE = frozenset({"image/png", "image/jpeg"})


def embeddings(asks: Sequence[EmbedAsk]) -> tuple[list[Json], Json]:
    """`[{"values": [...]}, ...]` in the order asked, and the usage. Raises ApiError 400."""
    if not asks:
        raise invalid(why="* BatchEmbedContentsRequest.requests: at least one request is needed")
    tokens = count_tokens([ask.content for ask in asks])
    details = [{"modality": modality, "tokenCount": count} for modality, count in tokens.items()]
    usage: Json = {"promptTokenCount": sum(tokens.values()), "promptTokensDetails": details}
    return [_embedding(ask) for ask in asks], usage


def _embedding(ask: EmbedAsk) -> Json:
    if not SMALLEST <= ask.dimensions <= DIMENSIONS:
        raise invalid(why=f"output_dimensionality must be between {SMALLEST} and {DIMENSIONS}")
    if len(ask.content.blobs) > _MOST_PICTURES:
        raise invalid(why=f"At most {_MOST_PICTURES} images can be embedded in one request.")
    seen = [_picture(blob) for blob in ask.content.blobs]
    said = [embed_words(ask.content.text)] if ask.content.text else []
    return {"values": np.round(joined([*said, *seen], ask.dimensions), 8).tolist()}


def _picture(blob: Blob) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    if blob.mime_type not in _READABLE:
        raise invalid(why=f"Unsupported MIME type: {blob.mime_type}. Images must be image/png or image/jpeg.")
    try:
        return embed_picture(blob.data)
    except OSError as error:
        raise invalid(why="Unable to process input image.") from error
