"""The model in a body: found and replaced, nothing else touched."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shadow.proxy.naming import model_in, with_model

VALUES = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=5), max_size=2)
AROUND = st.dictionaries(st.text(max_size=5), VALUES, max_size=3)


@settings(max_examples=50, deadline=None)
@given(before=AROUND, after=AROUND, indent=st.none() | st.just(2))
def test_only_the_model_changes(before: dict[str, Any], after: dict[str, Any], indent: int | None) -> None:
    """Whatever stands around it, in any spacing, other keys and words that look like it."""
    for around in (before, after):
        around.pop("model", None)
    held = {**before, "model": "old", "input": 'say "model": "old"', "inner": {"model": "old"}, **after}
    text = json.dumps(held, indent=indent)
    changed = with_model(text.encode(), "old", "new")
    assert json.loads(changed) == {**held, "model": "new"}
    assert len(changed) == len(text.encode())
    assert model_in(text.encode()) == "old"


def test_a_prefix_and_the_bytes_around_stay() -> None:
    """Escapes and spaces included."""
    body = b' {"a" :\t"\\u00e9", "model":  "models/old" ,\n"z": 1e5}  '
    assert model_in(body) == "models/old"
    assert with_model(body, "old", "new-one") == body.replace(b"models/old", b"models/new-one")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b"\xff", b'{"model"', b'{"model": 7}', b'{"a": 1}', b"{" * 5000]
)
def test_a_body_without_a_model_names_none(body: bytes) -> None:
    """It is passed on as it is."""
    assert model_in(body) == ""
