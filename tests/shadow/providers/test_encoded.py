"""Base64 is taken apart without holding anybody up."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow.providers.encoded import SLICE, decoded


@given(st.binary(max_size=300), st.booleans(), st.booleans())
def test_every_form_gives_the_bytes_back(data: bytes, url_safe: bool, padded: bool) -> None:
    """Either alphabet, padded or not."""
    text = (base64.urlsafe_b64encode if url_safe else base64.b64encode)(data).decode()
    assert decoded(text if padded else text.rstrip("=")) == data


def test_a_long_text_is_taken_in_slices_with_a_pause_after_each() -> None:
    """Two megabytes let the other threads run thirty times."""
    data = bytes(range(256)) * 8000
    pauses: list[float] = []
    assert decoded(base64.b64encode(data).decode(), pause=pauses.append) == data
    assert len(pauses) == -(-len(data) * 4 // 3 // SLICE)


@pytest.mark.parametrize("text", ["no base64!", "A", "AB=C", "ä"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    """Never half a picture."""
    with pytest.raises(ValueError, match=r"."):
        decoded(text)
