"""A provider whose every call is asked for and paid from one capture's account."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from shadow.brief import Brief
from shadow.errors import Unavailable
from shadow.pair import Image, Outcome
from shadow.prices import JUDGE_FRAME, Step, Usage
from shadow.providers.provider import Choice, Judgement, OnUsage, Provider, Vector, unmetered
from shadow.providers.rubric import Rubric
from shadow.purse.account import Account


class Metered:
    """The same answers as the provider inside. Raises `Unavailable` where a call may not be made now."""

    def __init__(self, provider: Provider, account: Account) -> None:
        """`account` pays."""
        self._provider = provider
        self._account = account

    def missing(self, model: str) -> str | None:
        """See `Provider.missing`. Costs nothing."""
        return self._provider.missing(model)

    def generate(
        self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage = unmetered
    ) -> Outcome:
        """See `Provider.generate`."""
        nano = self._account.tariff.generation(brief, model)
        with self._account.call(Step.IMAGE, model, nano) as bill:
            outcome = self._provider.generate(brief, model=model, pictures=pictures, on_usage=_both(bill, on_usage))
        self._account.heed(model, outcome.retry_after, outcome.label)
        return outcome

    def embed(
        self, contents: Sequence[str | Image], *, model: str, dimensions: int, on_usage: OnUsage = unmetered
    ) -> tuple[Vector, ...]:
        """See `Provider.embed`."""
        words = [item for item in contents if isinstance(item, str)]
        nano = self._account.tariff.embedding(
            model, characters=sum(map(len, words)), pictures=len(contents) - len(words)
        )
        with _named(model), self._account.call(Step.EMBEDDING, model, nano) as bill:
            return self._provider.embed(contents, model=model, dimensions=dimensions, on_usage=_both(bill, on_usage))

    def judge(
        self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Judgement:
        """See `Provider.judge`."""
        nano = self._account.tariff.judgement(model, characters=_characters(brief, rubric))
        with _named(model), self._account.call(Step.JUDGEMENT, model, nano) as bill:
            return self._provider.judge(brief, image, model=model, rubric=rubric, on_usage=_both(bill, on_usage))

    def choose(
        self, brief: Brief, images: tuple[Image, Image], *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Choice:
        """See `Provider.choose`."""
        nano = self._account.tariff.judgement(model, characters=_characters(brief, rubric), pictures=len(images))
        with _named(model), self._account.call(Step.JUDGEMENT, model, nano) as bill:
            return self._provider.choose(brief, images, model=model, rubric=rubric, on_usage=_both(bill, on_usage))


def _characters(brief: Brief, rubric: Rubric) -> int:
    return len(brief.prompt) + rubric.characters + JUDGE_FRAME


@contextmanager
def _named(model: str) -> Iterator[None]:
    """Whoever waits is told for which model."""
    try:
        yield
    except Unavailable as error:
        error.model = error.model or model
        raise


def _both(bill: OnUsage, on_usage: OnUsage) -> OnUsage:
    def tell(usage: Usage) -> None:
        bill(usage)
        on_usage(usage)

    return tell
