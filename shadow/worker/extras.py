"""What is done beside the comparison: the incumbent drawn or judged once more, both pictures judged side by side."""

from dataclasses import replace

from shadow.assignment import Again
from shadow.gates.judge_pairs import Referee
from shadow.pair import Arm, Comparison, Examined, Image, OutcomeKind
from shadow.worker.hand import UNAVAILABLE, Hand

SECOND = 2
JUDGE = "judge"


def once_more(hand: Hand, again: Again | None, incumbent: str) -> None:
    """The second draw of the model `incumbent`, or the second judgement of its picture.

    The same picture judged twice is filed as a draw 2 that is draw 1, with nothing but what the judge found. An
    incumbent that could not be asked the first time is not asked a second time: nothing could be compared.
    """
    first = hand.job.of(Arm.INCUMBENT)
    if first is None or first.outcome.kind is OutcomeKind.INFRASTRUCTURE:
        return
    if again is Again.DRAW:
        hand.walk(hand.job.of(Arm.INCUMBENT, SECOND) or hand.ask(Arm.INCUMBENT, incumbent, draw=SECOND))
    if again is Again.JUDGEMENT:
        _judged_again(hand, first)


def _judged_again(hand: Hand, first: Examined) -> None:
    judge = next((layer for layer in hand.layers if layer.name == JUDGE), None)
    looked = any(finding.layer == JUDGE for finding in first.findings)
    done = hand.job.of(Arm.INCUMBENT, SECOND) is not None
    if judge is not None and first.outcome.image is not None and looked and not done:
        hand.look(replace(first, findings=(), draw=SECOND), judge, first.outcome.image)


def side_by_side(hand: Hand, referee: Referee) -> None:
    """Both orders, each kept; nothing where one of the two made no sound picture: there is nothing to prefer."""
    candidate = hand.job.of(Arm.CANDIDATE)
    pictures = {arm: _sound(hand.job.of(arm)) for arm in Arm}
    old, new = pictures[Arm.INCUMBENT], pictures[Arm.CANDIDATE]
    if candidate is None or old is None or new is None:
        return
    for first in Arm:
        if any(said.first is first for said in candidate.comparisons):
            continue
        said = _compared(hand, referee, first, (old, new))
        candidate = replace(candidate, comparisons=(*candidate.comparisons, said))
        hand.job.note(candidate)
        hand.job.keep()


def _compared(hand: Hand, referee: Referee, first: Arm, pictures: tuple[Image, Image]) -> Comparison:
    old, new = pictures
    return hand.answered(
        lambda: referee.compare(hand.job.capture.brief, incumbent=old, candidate=new, first=first),
        name="judge, side by side",
        given_up=lambda why: Comparison(first=first, missing=UNAVAILABLE, reason=why),
    )


def _sound(examined: Examined | None) -> Image | None:
    """The picture, where it walked through the gate without a hard failure."""
    if examined is None or any(finding.hard_failure for finding in examined.findings):
        return None
    return examined.outcome.image
