"""The assignment as feature flags."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shadow.assignment import assigned
from shadow.cutover import Entry, recorded
from shadow.pair import Arm
from shadow.store.state import CutoverFile

pytest.importorskip("openfeature", reason="an optional dependency")

from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode

from shadow.openfeature import ShadowProvider

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"
"""


@pytest.fixture
def flags(tmp_path: Path) -> Iterator[OpenFeatureClient]:
    """A client over a home in which the candidate has 30 %."""
    (tmp_path / "config.toml").write_text(CONFIG)
    move = Entry(event_id="e", migration="pro", at=1.0, actor="a", verb="set", reason="r", to_percent=30.0)
    CutoverFile(tmp_path / ".shadow").change(lambda state: recorded(state, move))
    api.set_provider_and_wait(ShadowProvider(tmp_path / "config.toml"))
    yield api.get_client()
    api.shutdown()
    api.clear_providers()


def test_flags_and_wrapped_clients_agree(flags: OpenFeatureClient) -> None:
    """Every key has the arm that the wrapper and the proxy give it."""
    served = set()
    for number in range(200):
        key = f"user-{number}"
        arm = assigned(key, "pro", 30.0)
        context = EvaluationContext(targeting_key=key)
        assert flags.get_boolean_value("pro", False, context) is (arm is Arm.CANDIDATE)
        served.add(flags.get_string_value("pro", "?", context))
    assert served == {"gemini-3-pro-image-preview", "gemini-3-pro-image"}
    assert (flags.get_float_value("pro", -1.0), flags.get_integer_value("pro", -1)) == (30.0, 30)


def test_what_cannot_be_answered_is_the_default_with_a_reason(flags: OpenFeatureClient) -> None:
    """A flag nobody knows, a key that is missing, a type that a migration has not."""
    unknown = flags.get_boolean_details("prp", True)
    assert (unknown.value, "Did you mean 'pro'" in str(unknown.error_message)) == (True, True)
    missing = flags.get_boolean_details("pro", True)
    assert (missing.value, missing.error_code) == (True, ErrorCode.TARGETING_KEY_MISSING)
    assert flags.get_object_value("pro", {"a": 1}) == {"a": 1}
