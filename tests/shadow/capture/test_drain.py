"""Live calls become captures and losses."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from captured import PNG, PRO, Kept, seen
from google.genai import types

from shadow.brief import Text
from shadow.capture import Labels, Route
from shadow.capture.losses import DEFECT, OTHER_CANDIDATE, SAMPLED_OUT
from shadow.errors import StoreBroken
from shadow.pair import Arm, Image, OutcomeKind
from shadow.providers.failure import Failure
from shadow.providers.interaction import INTERACT

FAILURE = Failure(label="429 RESOURCE_EXHAUSTED", detail="key AIzaSyA1234567890", retry_after=3)


def test_what_is_offered_lies_in_the_spool_after_the_drain(tmp_path: Path) -> None:
    """Brief, outcome, labels and pictures arrive; the key only as a hash."""
    kept = Kept(tmp_path)
    labels = Labels(key="user-1", segment="animals", cluster="spring", tags={"a": "b"})
    kept.door.offer(seen(labels=labels))
    kept.door.close()
    (capture,) = kept.captures()
    assert capture.brief.parts == (Text(text="a fox"),)
    assert capture.outcome.kind is OutcomeKind.IMAGE
    assert capture.outcome.image in kept.pictures.values()
    assert (capture.migration, capture.arm, capture.dispatched_at) == ("pro", Arm.INCUMBENT, 60.0)
    assert (capture.segment, capture.cluster, capture.tags) == ("animals", "spring", {"a": "b"})
    assert capture.key_hash
    assert "user-1" not in repr(capture)


def test_each_migration_of_a_model_takes_its_own_sample(tmp_path: Path) -> None:
    """One live call becomes a capture in every migration that samples it, and a counted loss in the others."""
    kept = Kept(tmp_path)
    route = PRO._replace(samples=(("pro", 1.0), ("next", 1.0), ("no", 0.0)))
    kept.door.offer(seen(route=route))
    kept.door.close()
    assert {capture.migration for capture in kept.captures()} == {"pro", "next"}
    assert kept.losses() == {("no", SAMPLED_OUT): 1}


def test_a_call_the_candidate_served_belongs_to_its_own_migration_only(tmp_path: Path) -> None:
    """To another migration the picture of a foreign candidate says nothing."""
    kept = Kept(tmp_path)
    route = Route(incumbent="old", serving="pro", candidate="new", samples=(("pro", 1.0), ("next", 1.0)))
    kept.door.offer(seen(route=route, arm=Arm.CANDIDATE))
    kept.door.close()
    assert [capture.arm for capture in kept.captures()] == [Arm.CANDIDATE]
    assert kept.losses() == {("next", OTHER_CANDIDATE): 1}


@pytest.mark.parametrize(
    ("contents", "config", "reason"),
    [
        ("a joke", {"response_modalities": ["TEXT"]}, "no image asked"),
        ("a fox", {"tools": [print]}, "tools that cannot be replayed"),
        (object(), None, "unreadable request"),
        ("a fox", {"no_such_key": 1}, "unreadable request"),
    ],
)
def test_what_cannot_be_compared_is_counted_by_reason(tmp_path: Path, contents: Any, config: Any, reason: str) -> None:
    """A request nobody can ask again is a counted loss, and the next one is captured as ever."""
    kept = Kept(tmp_path)
    kept.door.offer(seen(contents, config=config))
    kept.door.offer(seen())
    kept.door.close()
    assert kept.losses() == {("pro", reason): 1}
    assert len(kept.captures()) == 1


def test_a_picture_whose_base64_is_broken_is_unreadable(tmp_path: Path) -> None:
    """An answer that nobody could show is no outcome of the model."""
    kept = Kept(tmp_path)
    broken = seen()
    broken.picture = "no base64!"
    kept.door.offer(broken)
    kept.door.close()
    assert kept.losses() == {("pro", "unreadable request"): 1}


def test_a_failure_is_captured_with_its_label(tmp_path: Path) -> None:
    """Infrastructure is handed over as well: the pair is filed without a shadow call."""
    kept = Kept(tmp_path)
    kept.door.offer(seen(failure=FAILURE))
    kept.door.close()
    (capture,) = kept.captures()
    assert capture.outcome.kind is OutcomeKind.INFRASTRUCTURE
    assert (capture.outcome.label, capture.outcome.retry_after) == ("429 RESOURCE_EXHAUSTED", 3)
    assert "AIza" not in capture.outcome.detail


def test_an_interaction_is_a_brief_like_any_other(tmp_path: Path) -> None:
    """Read by its own way, filed under the same digest as the same words asked otherwise."""
    kept = Kept(tmp_path)
    interaction = seen()
    interaction.way = INTERACT
    interaction.asked = INTERACT.ask({"model": "old", "input": "a fox", "response_format": {"type": "image"}})
    step = SimpleNamespace(type="model_output", content=[SimpleNamespace(type="image", data="eA==")])
    usage = errors = None
    interaction.answers = (SimpleNamespace(id="i", steps=[step], usage=usage, errors=errors, status="", model="old"),)
    kept.door.offer(interaction)
    kept.door.offer(seen("a fox"))
    kept.door.close()
    first, second = kept.captures()
    assert first.brief.digest() == second.brief.digest()


def test_a_disk_that_fails_for_a_while_costs_nothing(tmp_path: Path) -> None:
    """The same call is tried again, with the same id; it is neither counted nor sampled twice."""
    tries = 0

    def write(image: Image) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            message = "disk full"
            raise StoreBroken(message)
        kept.write(image)

    kept = Kept(tmp_path, write=write)
    kept.door.offer(seen(route=PRO._replace(samples=(("pro", 1.0), ("no", 0.0)))))
    kept.door.close()
    assert [capture.outcome.image.data for capture in kept.captures()] == [PNG]
    assert kept.losses() == {("no", SAMPLED_OUT): 1}


def test_a_defect_costs_one_call_and_not_the_thread(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What fails in a way that no second try can mend is given up, counted, and said once."""

    def write(image: Image) -> None:
        if image.data != PNG:
            message = "a bug"
            raise ZeroDivisionError(message)

    kept = Kept(tmp_path, write=write)
    kept.door.offer(seen(picture=b"other"))
    kept.door.offer(seen(picture=b"other"))
    kept.door.offer(seen())
    kept.door.close()
    assert len(kept.captures()) == 1
    assert kept.losses() == {("pro", DEFECT): 2}
    assert caplog.text.count("could not be put away") == 1


def test_copied_leaves_are_counted(tmp_path: Path) -> None:
    """What a caller had to copy is known."""
    kept = Kept(tmp_path)
    kept.door.offer(seen([types.Part(text="a fox"), bytearray(b"x")]))
    kept.door.close()
    assert kept.door.copied == 1


def test_once_all_traffic_has_moved_a_share_is_shadowed(tmp_path: Path) -> None:
    """The reverse shadow: by brief, so the same in every process; what the incumbent serves is left as it is."""
    kept = Kept(tmp_path, at_most=lambda _: 0.0)
    kept.door.offer(seen(arm=Arm.CANDIDATE))
    kept.door.offer(seen())
    kept.door.close()
    assert [capture.arm for capture in kept.captures()] == [Arm.INCUMBENT]
    assert kept.losses() == {("pro", SAMPLED_OUT): 1}
