"""The provider that ships as a fake."""

import json
from pathlib import Path

import pytest

from shadow.brief import Brief, Text
from shadow.errors import InputError
from shadow.pair import Image, Outcome, OutcomeKind
from shadow.providers.provider import Rubric
from shadow.providers.replay import NOT_RECORDED, ReplayProvider

BRIEF = Brief(parts=(Text(text="a fox"),))
FIRST, SECOND = (Image.of(b"\x89PNG\r\n\x1a\n" + bytes([n])) for n in (1, 2))


def test_draws_come_in_their_recorded_order(tmp_path: Path) -> None:
    """Asked again it answers the next draw, then the last for ever."""
    lines = []
    for name, image in (("1.png", FIRST), ("2.png", SECOND)):
        (tmp_path / name).write_bytes(image.data)
        outcome = Outcome(kind=OutcomeKind.IMAGE, model="m", image=image).to_record()
        lines.append(json.dumps({"model": "m", "brief_digest": BRIEF.digest(), "outcome": outcome, "picture": name}))
    recording = tmp_path / "replay.jsonl"
    recording.write_text("\n".join(lines))
    provider = ReplayProvider.recorded(recording)
    images = [provider.generate(BRIEF, model="m", pictures={}).image for _ in range(3)]
    assert images == [FIRST, SECOND, SECOND]


def test_an_unknown_brief_is_a_failure_not_an_exception() -> None:
    """What was never recorded is an outcome with its own label."""
    outcome = ReplayProvider({}).generate(BRIEF, model="m", pictures={})
    assert (outcome.kind, outcome.label) == (OutcomeKind.FAILURE, NOT_RECORDED)


def test_a_broken_recording_names_file_and_line(tmp_path: Path) -> None:
    """The message leads to the line that is wrong."""
    recording = tmp_path / "replay.jsonl"
    recording.write_text("{}\n")
    with pytest.raises(InputError, match=r"replay\.jsonl, line 1"):
        ReplayProvider.recorded(recording)
    with pytest.raises(InputError, match="cannot be read"):
        ReplayProvider.recorded(tmp_path / "none.jsonl")


def test_vectors_and_scores_follow_from_the_content() -> None:
    """The same content gives the same unit vector and score; other content gives others."""
    provider = ReplayProvider({})
    one, two, again = provider.embed(["a fox", SECOND, "a fox"], model="e", dimensions=256)
    assert one == again
    assert abs(sum(a * a for a in one) - 1) < 1e-12
    assert abs(sum(a * b for a, b in zip(one, two, strict=True))) < 0.3
    rubric = Rubric(instructions="judge")
    scores = {provider.judge(BRIEF, image, model="j", rubric=rubric).score for image in (FIRST, FIRST, SECOND)}
    assert len(scores) == 2
