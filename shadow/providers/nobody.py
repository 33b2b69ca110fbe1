"""The provider that cannot be asked: for work that asks nobody, so that it needs no key."""

from collections.abc import Mapping, Sequence

from shadow.brief import Brief
from shadow.errors import Unavailable
from shadow.pair import Image, Outcome
from shadow.providers.provider import Choice, Content, Judgement, OnUsage, Vector, unmetered
from shadow.providers.rubric import Rubric

LABEL = "nobody to ask"


class NobodyProvider:
    """Raises `Unavailable` for everything that would ask somebody."""

    def missing(self, model: str) -> str | None:
        """See `Provider.missing`."""
        del model
        return LABEL

    def generate(
        self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage = unmetered
    ) -> Outcome:
        """See `Provider.generate`."""
        raise Unavailable(LABEL, model)

    def embed(
        self, contents: Sequence[Content], *, model: str, dimensions: int, on_usage: OnUsage = unmetered
    ) -> tuple[Vector, ...]:
        """See `Provider.embed`."""
        raise Unavailable(LABEL, model)

    def judge(
        self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Judgement:
        """See `Provider.judge`."""
        raise Unavailable(LABEL, model)

    def choose(
        self, brief: Brief, images: tuple[Image, Image], *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Choice:
        """See `Provider.choose`."""
        raise Unavailable(LABEL, model)
