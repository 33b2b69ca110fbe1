"""Pairs for the tests of the store."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shadow.brief import Brief, Text
from shadow.finding import Finding
from shadow.pair import Arm, Capture, Examined, Image, Outcome, OutcomeKind, Pair, Role
from shadow.store.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger with nothing in it yet."""
    return Ledger(tmp_path / "home" / "scores.duckdb", clock=lambda: 1_700_000_000.25)


@pytest.fixture
def pair() -> Callable[..., Pair]:
    """Makes an ordinary pair: two pictures, walked through two layers."""

    def make(name: str, *, words: str = "", sequence: int = 1, dispatched_at: float = 1_699_999_990.5) -> Pair:
        incumbent, candidate = (outcome(name, arm, role) for arm, role in zip(Arm, Role, strict=True))
        capture = Capture(
            capture_id=name,
            migration="main",
            brief=Brief(
                parts=(Text(text=words or f"a lighthouse, {name}"),),
                settings_json='{"image_config":{"aspect_ratio":"16:9","image_size":"2K"}}',
            ),
            arm=Arm.INCUMBENT,
            outcome=incumbent.outcome,
            dispatched_at=dispatched_at,
            key_hash="ab12",
            segment="sea",
            cluster="autumn",
            tags={"device": "tablet"},
        )
        return Pair(capture=capture, sequence=sequence, examined=(incumbent, candidate), filed_at=1_700_000_000.125)

    return make


def outcome(name: str, arm: Arm, role: Role) -> Examined:
    """A picture of this arm with what two layers found."""
    return Examined(
        arm=arm,
        role=role,
        outcome=Outcome(
            kind=OutcomeKind.IMAGE,
            model=f"{arm}-model",
            image=Image.of(b"\xff\xd8\xff" + f"{name} {arm}".encode()),
            model_version="3.1",
            response_id=f"{name}-{arm}",
            latency=3.25,
            started_at=1_699_999_990.625,
            prompt_tokens=12,
            output_tokens=1290,
            thought_tokens=40,
        ),
        findings=(
            Finding(layer="properties", features={"contrast": 0.5, "saturation": 0.25}, reason="it decodes"),
            Finding(layer="judge", score=81.5, reason="the horizon tilts"),
        ),
        attempts=2,
    )
