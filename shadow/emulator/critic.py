"""The text models: asked about a picture they judge it, about two they choose; as JSON where the request has a schema.

They are naive: an order that reaches them is obeyed (`obedience`).
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from threading import Lock
from typing import cast

from shadow.emulator.answers import fill
from shadow.emulator.errors import invalid
from shadow.emulator.judge import Judgement, judge
from shadow.emulator.models import Model
from shadow.emulator.obedience import hear
from shadow.emulator.replies import Reply, text_part
from shadow.emulator.seeds import chance_of
from shadow.emulator.wire import Ask

_NOTHING_SEEN = Judgement(score=0, reason="There is no picture to judge.", marks={})


_REMEMBERED = 100_000
"""Pictures whose judgements are counted."""
_ALIKE = 4
"""Points by which two pictures may differ and still be called a tie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Critic:
    """Answers for every text model. Another seed is another critic, as strict as the first on average.

    `leaning` is the share of choices between two pictures that fall on the one shown first, whatever they show.
    """

    seed: int
    leaning: float = 0.0
    _times: "Counter[tuple[str, bytes]]" = field(default_factory=Counter)
    """How often a picture was judged as an answer to a brief: each time the judge wavers anew."""
    _lock: Lock = field(default_factory=Lock)

    def generate(self, ask: Ask, model: Model) -> Reply:
        """The answer to a generateContent request. Raises ApiError 400 where a picture cannot be read."""
        text = self._said(ask, model)
        tokens = -(-len(text) // 4)
        if ask.most_tokens is not None and tokens > ask.most_tokens:
            return _reply(text[: 4 * ask.most_tokens], ask.most_tokens, "MAX_TOKENS")
        return _reply(text, tokens, "STOP")

    def _said(self, ask: Ask, model: Model) -> str:
        judgements = self._judgements(ask, model)
        last = judgements[-1]
        if ask.schema is None:
            return f"{last.score} of 100. {last.reason}"
        if _chooses(ask.schema) and len(judgements) > 1:
            return json.dumps(self._choice(ask, judgements))
        return json.dumps(fill(ask.schema, last))

    def _judgements(self, ask: Ask, model: Model) -> list[Judgement]:
        images = tuple(blob.data for blob in ask.blobs[-2:])
        if not images:
            return [_NOTHING_SEEN]
        heard = hear(ask.text, ask.system, images)
        try:
            judged = [self._judged(heard.brief, image, model, ask.seed) for image in images]
        except OSError as error:
            raise invalid(why="Unable to process input image.") from error
        if heard.order is None:
            return judged
        obeyed = heard.order
        return [replace(item, score=obeyed, marks=dict.fromkeys(item.marks, obeyed)) for item in judged]

    def _judged(self, brief: str, image: bytes, model: Model, asked_seed: int | None) -> Judgement:
        """A request with a seed of its own gets the same answer each time; others do not."""
        seed = f"{self.seed} {model.name} {asked_seed}"
        if asked_seed is not None:
            return judge(brief, image, seed=seed)
        asked = (f"{seed} {brief}", sha256(image).digest())
        with self._lock:
            if len(self._times) > _REMEMBERED:
                self._times.clear()
            time = self._times[asked]
            self._times[asked] += 1
        return judge(brief, image, seed=seed, time=time)

    def _choice(self, ask: Ask, judgements: list[Judgement]) -> dict[str, str]:
        first, second = judgements[-2:]
        chance = chance_of("leaning", self.seed, ask.text, *(blob.data for blob in ask.blobs[-2:]))
        if chance.random() < self.leaning:
            return {"reason": "The first picture catches the eye.", "preferred": "first"}
        if abs(first.score - second.score) <= _ALIKE:
            return {"reason": "Both answer the brief about as well.", "preferred": "tie"}
        better, worse = ("first", second) if first.score > second.score else ("second", first)
        return {"reason": f"In the other one: {worse.reason}", "preferred": better}


def _chooses(schema: Mapping[str, object]) -> bool:
    """Whether the schema asks for one of two pictures."""
    fields = cast("Mapping[str, Mapping[str, object]]", schema.get("properties") or {})
    return {"first", "second"} <= set(cast("list[str]", fields.get("preferred", {}).get("enum") or ()))


def _reply(text: str, tokens: int, finish: str) -> Reply:
    return Reply(parts=(text_part(text),), finish=finish, tokens=(("TEXT", tokens),))
