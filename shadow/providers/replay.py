"""A provider that needs no network: outcomes that were recorded, vectors and scores fixed by content.

Ships as the fake that tests and dry runs use. A recording is a JSON Lines file; each line
`{"model": ..., "brief_digest": ..., "outcome": {...}, "picture": "file name beside the recording or null"}`.
Asked for the same model and brief again, it answers the next recorded draw, then the last one for ever.
"""

import hashlib
import json
import math
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shadow.brief import Brief
from shadow.errors import InputError
from shadow.pair import Image, Outcome, OutcomeKind
from shadow.prices import Usage
from shadow.providers.provider import Choice, Judgement, OnUsage, Vector, preferred, unmetered
from shadow.providers.rubric import Rubric

NOT_RECORDED = "NOT_RECORDED"


class ReplayProvider:
    """Answers from recorded outcomes; embeddings and judgements follow from the content alone."""

    def __init__(self, outcomes: Mapping[tuple[str, str], Sequence[Outcome]]) -> None:
        """`outcomes` by model and brief digest, in the order of their draws."""
        self._outcomes = {key: tuple(draws) for key, draws in outcomes.items()}
        self._asked: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    @classmethod
    def recorded(cls, path: Path) -> "ReplayProvider":
        """The provider of a recording. Raises `InputError` naming the file and the line."""
        outcomes: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            msg = f"{path}: the recording of the replay provider cannot be read: {error.strerror}"
            raise InputError(msg) from error
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
                outcome = Outcome.from_record(record["outcome"] | {"picture": record["picture"]}, _beside(path))
                outcomes[record["model"], record["brief_digest"]].append(outcome)
            except (ValueError, KeyError, TypeError, OSError) as error:
                msg = f"{path}, line {number}: not a recorded outcome: {error!r}"
                raise InputError(msg) from error
        return cls(outcomes)

    def missing(self, model: str) -> str | None:
        """Why `model` cannot be asked, or None."""
        return None if any(model == recorded for recorded, _ in self._outcomes) else "nothing is recorded of it"

    def generate(
        self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage = unmetered
    ) -> Outcome:
        """The next recorded draw of this model for this brief; a failure `NOT_RECORDED` where there is none."""
        del pictures
        on_usage(Usage())
        key = (model, brief.digest())
        draws = self._outcomes.get(key)
        if not draws:
            return Outcome(kind=OutcomeKind.FAILURE, model=model, label=NOT_RECORDED)
        with self._lock:
            draw = self._asked[key]
            self._asked[key] += 1
        return draws[min(draw, len(draws) - 1)]

    def embed(
        self, contents: Sequence[str | Image], *, model: str, dimensions: int, on_usage: OnUsage = unmetered
    ) -> tuple[Vector, ...]:
        """A unit vector fixed by model and content. Different contents are close to orthogonal."""
        on_usage(Usage())
        return tuple(_vector(f"{model}\n{_name(content)}", dimensions) for content in contents)

    def judge(
        self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Judgement:
        """A score, or marks, fixed by model, rubric, brief and picture, spread evenly over 60 to 100."""
        on_usage(Usage())
        text = f"{model}\n{rubric.instructions}\n{brief.digest()}\n{image.digest}"
        marks = {item.name: _points(f"{text}\n{item.name}") for item in rubric.criteria}
        score = rubric.score(marks) if marks else _points(text)
        return Judgement(score=score, reason="Replayed: the score follows from the content alone.", marks=marks)

    def choose(
        self, brief: Brief, images: tuple[Image, Image], *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Choice:
        """The one with the higher score, in whatever order they are shown."""
        on_usage(Usage())
        first, second = (self.judge(brief, image, model=model, rubric=rubric).score or 0.0 for image in images)
        return preferred(first, second)


def _beside(path: Path) -> Callable[[str], Image]:
    return lambda name: Image.of((path.parent / name).read_bytes())


def _name(content: str | Image) -> str:
    return content if isinstance(content, str) else content.digest


def _points(text: str) -> float:
    return float(60 + int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % 41)


def _vector(text: str, dimensions: int) -> Vector:
    stream = hashlib.shake_256(text.encode()).digest(2 * dimensions)
    values = [int.from_bytes(stream[2 * i : 2 * i + 2]) / 32768 - 1 for i in range(dimensions)]
    length = math.sqrt(math.fsum(value * value for value in values))
    return tuple(value / length for value in values)
