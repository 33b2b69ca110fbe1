"""Messages between a worker and a darkroom."""

import io

import pytest

from shadow.gates.darkroom.wire import receive, send


@pytest.mark.parametrize("data", [b"", b"\x00" * 70_000])
def test_a_message_comes_back_as_it_was(data: bytes) -> None:
    """Words, half a surrogate pair among them, and bytes survive; messages follow one another."""
    stream = io.BytesIO()
    words = {"job": "examine", "asked": {"ratio": "\ud800", "size": None}, "seconds": 0.5}
    send(stream, words, data)
    send(stream, {}, b"next")
    stream.seek(0)
    assert receive(stream) == (words, data)
    assert receive(stream) == ({}, b"next")


def test_a_message_that_ends_early_is_none() -> None:
    """A writer that died in the middle leaves nothing that could be taken for an answer."""
    stream = io.BytesIO()
    send(stream, {"finding": 1}, b"data")
    for length in range(len(stream.getvalue())):
        with pytest.raises(EOFError):
            receive(io.BytesIO(stream.getvalue()[:length]))
