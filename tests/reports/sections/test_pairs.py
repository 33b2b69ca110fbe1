"""The pairs that are shown side by side."""

from dataclasses import replace

from report_parts import worst
from report_studies import hold

from analysis.results import LayerFinding, PairEvidence
from reports.pictures import MISSING
from reports.quantities import MINUS, NOTHING
from reports.sections.pairs import NO_PICTURE, SHOWN, PairCard, pairs


def cards(*shown: PairEvidence) -> tuple[PairCard, ...]:
    """The cards of these pairs, no picture stored."""
    return pairs(replace(hold(), worst=shown), lambda _: None).groups[0].cards


def test_a_pair_shows_both_answers_with_scores_and_reasons() -> None:
    """Brief, quality, the judge's words, every layer and every feature of both arms."""
    (card,) = cards(worst()[0])
    incumbent, candidate = card.sides
    assert card.heading == "61 points worse"
    assert (incumbent.quality, candidate.quality) == ("92", "31")
    assert candidate.reason == "The colours are paler than asked and the horizon tilts."
    assert (incumbent.latency, candidate.latency) == ("11.3 s, asked by your callers", "13.9 s, asked by the harness")
    judge = card.layers[2]
    assert (judge.label, judge.incumbent, judge.candidate, judge.difference) == (
        "Judge",
        "92",
        "31, below the cut",
        f"{MINUS}61.0",
    )
    assert [row.label for row in card.features] == ["Negative space", "Saturation", "Sharpness"]


def test_a_refusal_is_told_with_its_label() -> None:
    """No picture was made, and the API's reason stands in its place."""
    (card,) = cards(worst()[1])
    refused = card.sides[1]
    assert refused.picture == NO_PICTURE
    assert refused.reason == "IMAGE_SAFETY: picture withheld as unsafe"
    assert [row.candidate for row in card.layers] == ["not looked at"] * 3
    assert {row.candidate for row in card.features} == {NOTHING}


def test_a_picture_that_is_gone_is_said_in_words() -> None:
    """The digest is known, the bytes are not."""
    assert cards(worst()[0])[0].sides[0].picture == MISSING


def test_pictures_are_asked_for_by_their_digest() -> None:
    """Each side gets its own picture, and a refusal asks for none."""
    asked: list[str] = []
    pairs(replace(hold(), worst=worst()[:2], best=(), surprising=()), lambda digest: asked.append(digest))
    assert asked == [f"{number:064x}" for number in (0, 1, 2)]


def test_a_finding_is_told_whatever_it_is() -> None:
    """Unusable, not scored and below the cut are different things."""
    pair = worst()[0]
    score = pair.candidate.findings[2]
    broken = LayerFinding(layer="judge", score=None, hard_failure=None, missing="bad json", below_cut=False, reason="")
    ratio = replace(broken, layer="properties", hard_failure="wrong ratio", missing=None)
    (card,) = cards(replace(pair, candidate=replace(pair.candidate, findings=(ratio, broken), quality=None)))
    assert [row.candidate for row in card.layers] == ["unusable: wrong ratio", "not looked at", "not scored: bad json"]
    assert card.heading == "Quality cannot be compared"
    assert (card.sides[1].quality, card.sides[1].reason) == (NOTHING, "")
    assert score.below_cut


def test_equal_and_better_pairs_have_their_own_heading() -> None:
    """The list may hold pairs without a loss."""
    pair = worst()[0]
    same = replace(pair, candidate=replace(pair.candidate, quality=92.0))
    better = replace(pair, candidate=replace(pair.candidate, quality=95.5))
    assert [card.heading for card in cards(same, better)] == ["Same quality", "3.5 points better"]


def test_a_long_prompt_is_shortened_and_the_list_is_bounded() -> None:
    """A hundred pairs of 100,000 characters cannot fill the page."""
    shown = cards(*worst(40, prompt="word " * 20_000))
    assert len(shown) == SHOWN["worst"]
    assert all(len(card.prompt) < 700 for card in shown)
    assert "(and 99,400 more characters)" in shown[0].prompt


def test_regressions_come_first_then_gains_then_surprises_numbered_through() -> None:
    """A group that has nothing to show stays silent, but for the regressions, where that is news."""
    study = hold()
    worst_group, best, surprising = pairs(study, lambda _: None).groups
    assert [card.number for group in (worst_group, best, surprising) for card in group.cards] == list("12345678")
    assert best.cards[0].heading == "49 points better"
    nothing = pairs(replace(study, worst=(), best=(), surprising=()), lambda _: None).groups
    assert [bool(group.empty) for group in nothing] == [True, False, False]


def test_every_layer_speaks_under_its_picture() -> None:
    """Scores are seen without opening anything."""
    assert (
        cards(worst()[0])[0].sides[1].scores
        == "Properties nothing wrong · Similarity 0.190, below the cut · Judge 31, below the cut"
    )
