"""What of a stored picture is to be scored again."""

import json

from shadow.brief import Brief, Text, canonical
from shadow.gates.scoring import scoring_of, scorings_of
from shadow.prices import JUDGE_FRAME, Tariff, price_list
from shadow.regating.plan import Planner, Task, calls, price, stopped_above
from shadow.settings import GateSettings, JudgeSettings, SimilaritySettings
from shadow.store.versions import Made, Stored

GATE = GateSettings()
BRIEF = Brief(parts=(Text(text="a fox"),))


def made(layer: str, gate: GateSettings = GATE, *, version: int = 1, **more: object) -> Made:
    """A finding of this layer under these settings."""
    values = {"score": 50.0, "hard_failure": None, "missing": None, **more}
    return Made(layer=layer, scoring=scoring_of(layer, gate).digest, version=version, **values)  # type: ignore[arg-type]


def stored(*findings: Made, draw: int = 1) -> Stored:
    """A picture of the incumbent with these findings."""
    return Stored(
        capture_id="c", arm="incumbent", draw=draw, picture="0" * 64, record=canonical(BRIEF.to_record()), made=findings
    )


def task(gate: GateSettings, item: Stored, *only: str) -> Task | None:
    """What there is to do under these settings, where the ledger knows those of `GATE` too."""
    settings = {scoring.digest: scoring.settings for scoring in (*scorings_of(GATE), *scorings_of(gate))}
    return Planner(gate=gate, scorings=scorings_of(gate), settings=settings, only=only).task(item)


def layers(found: Task | None) -> list[str]:
    """The layers that have to look again."""
    return [step.scoring.layer for step in found.steps] if found else []


WHOLE = stored(made("properties"), made("similarity", score=0.4), made("judge"))
SEVERE = GateSettings(judge=JudgeSettings(rubric="Be severe."))


def test_nothing_is_due_under_the_same_settings() -> None:
    """A picture that has all its scores is left alone, and so is one that an unnamed version scored."""
    assert task(GATE, WHOLE) is None
    unnamed = Made(layer="judge", scoring="", version=1, score=1.0, hard_failure=None, missing=None)
    assert task(GATE, stored(made("properties"), made("similarity"), unnamed)) is None


def test_another_rubric_asks_the_judge_alone() -> None:
    """And once it has answered nothing is due; going back to the old rubric asks nobody."""
    assert layers(task(SEVERE, WHOLE)) == ["judge"]
    both = stored(*WHOLE.made, made("judge", SEVERE, version=2))
    assert task(SEVERE, both) is None
    assert task(GATE, both) is None


def test_only_the_layers_named_are_asked() -> None:
    """The others keep the scores they have."""
    other = GateSettings(judge=JudgeSettings(rubric="r"), similarity=SimilaritySettings(model="another"))
    assert layers(task(other, WHOLE)) == ["similarity", "judge"]
    assert layers(task(other, WHOLE, "judge")) == ["judge"]


def test_a_hard_failure_ends_the_walk() -> None:
    """What stopped under the present settings is not taken further; a broken file is never judged."""
    broken = stored(made("properties", hard_failure="undecodable"))
    assert task(SEVERE, broken) is None


def test_a_higher_floor_asks_nobody() -> None:
    """The cosine is on file, so what it means follows."""
    found = task(GateSettings(similarity=SimilaritySettings(floor=0.5)), WHOLE)
    assert found is not None
    (step,) = found.steps
    assert step.known is not None
    assert (step.known.hard_failure, step.known.score) == ("below floor", 0.4)
    assert calls([found]) == {}


def test_a_lower_floor_asks_the_judge_about_what_it_lets_through() -> None:
    """The cosine is on file; the judge never saw the picture."""
    higher = GateSettings(similarity=SimilaritySettings(floor=0.5))
    stopped = stored(made("properties"), made("similarity", higher, score=0.4, hard_failure="below floor"))
    settings = {scoring.digest: scoring.settings for scoring in scorings_of(higher)}
    found = Planner(gate=GATE, scorings=scorings_of(GATE), settings=settings).task(stopped)
    assert found is not None
    assert layers(found) == ["similarity", "judge"]
    assert calls([found]) == {"judge": 1}
    assert stopped_above([stopped], 0.05, arm="incumbent") == 1
    assert stopped_above([stopped], 0.45, arm="incumbent") == 0
    assert stopped_above([stopped], 0.05, arm="candidate") == 0


def test_another_embedding_model_is_asked() -> None:
    """A cosine of another space means nothing in this one."""
    found = task(GateSettings(similarity=SimilaritySettings(model="another")), WHOLE)
    assert found is not None
    assert calls([found]) == {"similarity": 1}


def test_a_second_judgement_is_judged_again_and_nothing_else() -> None:
    """The same picture looked at twice by one layer concerns that layer alone."""
    assert layers(task(SEVERE, stored(made("judge"), draw=2))) == ["judge"]
    assert task(GATE, stored(made("judge"), draw=2)) is None


def test_the_price_is_that_of_the_calls() -> None:
    """Layers that ask nobody cost nothing."""
    found = task(SEVERE, WHOLE)
    assert found is not None
    tariff = Tariff(prices=price_list({}), gate=SEVERE)
    characters = len("a fox") + SEVERE.judge.characters + JUDGE_FRAME
    assert price([found], tariff) == tariff.judgement("gemini-3.5-flash", characters=characters)
    assert json.loads(found.stored.record) == BRIEF.to_record()
    assert found.brief == BRIEF
