"""Outcomes, captures and the media type that bytes tell."""

import json

import pytest

from shadow.brief import Brief, Text
from shadow.finding import Finding
from shadow.pair import Arm, Capture, Examined, Image, Outcome, OutcomeKind, Role, media_type

PNG = Image.of(b"\x89PNG\r\n\x1a\n rest")


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "application/octet-stream"),
        (b"GIF89a", "image/gif"),
        (b"<html>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_bytes_tell_the_media_type(head: bytes, mime: str) -> None:
    """Whatever a model declares, only the signature is believed."""
    assert media_type(head) == mime


def test_a_capture_survives_json_with_its_picture_by_digest() -> None:
    """The record holds no bytes; the picture is found again by its digest."""
    capture = Capture(
        capture_id="p-1-pro",
        migration="pro",
        brief=Brief(parts=(Text(text="a fox"),)),
        arm=Arm.CANDIDATE,
        outcome=Outcome(kind=OutcomeKind.IMAGE, model="m", image=PNG, latency=1.5, retry_after=2.0),
        dispatched_at=12.5,
        tags={"campaign": "spring"},
    )
    text = json.dumps(capture.to_record())
    assert "PNG" not in text
    assert Capture.from_record(json.loads(text), {PNG.digest: PNG}.__getitem__) == capture


def test_an_examined_outcome_survives_json_with_its_findings() -> None:
    """Scores, features, labels and reasons come back as they were."""
    examined = Examined(
        arm=Arm.INCUMBENT,
        role=Role.SHADOW,
        outcome=Outcome(kind=OutcomeKind.REFUSAL, model="m", label="IMAGE_SAFETY"),
        findings=(Finding(layer="judge", score=81.0, features={"x": 0.5}, reason="fine"),),
        draw=2,
        attempts=3,
    )
    assert Examined.from_record(json.loads(json.dumps(examined.to_record())), {}.__getitem__) == examined


def test_the_other_arm_is_the_other_arm() -> None:
    """Each arm is compared with the other one."""
    assert Arm.INCUMBENT.other is Arm.CANDIDATE
    assert Arm.CANDIDATE.other is Arm.INCUMBENT
