"""The text models: asked about a picture they judge it, as JSON where the request has a schema."""

import json
from dataclasses import dataclass

from shadow.emulator.answers import fill
from shadow.emulator.errors import invalid
from shadow.emulator.judge import Judgement, brief_within, judge
from shadow.emulator.models import Model
from shadow.emulator.replies import Reply, text_part
from shadow.emulator.wire import Ask

_NOTHING_SEEN = Judgement(score=0, reason="There is no picture to judge.", marks={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Critic:
    """Answers for every text model. Another seed is another critic, as strict as the first on average."""

    seed: int

    def generate(self, ask: Ask, model: Model) -> Reply:
        """The answer to a generateContent request. Raises ApiError 400 where the picture cannot be read."""
        judgement = self._judgement(ask, model)
        if ask.schema is None:
            text = f"{judgement.score} of 100. {judgement.reason}"
        else:
            text = json.dumps(fill(ask.schema, judgement))
        tokens = -(-len(text) // 4)
        if ask.most_tokens is not None and tokens > ask.most_tokens:
            return _reply(text[: 4 * ask.most_tokens], ask.most_tokens, "MAX_TOKENS")
        return _reply(text, tokens, "STOP")

    def _judgement(self, ask: Ask, model: Model) -> Judgement:
        if not ask.blobs:
            return _NOTHING_SEEN
        try:
            return judge(brief_within(ask.text), ask.blobs[-1].data, seed=f"{self.seed} {model.name} {ask.seed}")
        except OSError as error:
            raise invalid(why="Unable to process input image.") from error


def _reply(text: str, tokens: int, finish: str) -> Reply:
    return Reply(parts=(text_part(text),), finish=finish, tokens=(("TEXT", tokens),))
