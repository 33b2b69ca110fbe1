"""What the tests ask of a purse, in whole USD."""

from collections.abc import Callable

from shadow.prices import NANO, Step
from shadow.purse.answers import Admission, Asked, Go
from shadow.purse.purse import Purse

MIDNIGHT = 1_700_006_400.0
"""Unix time at which a UTC day begins: 2023-11-15."""
Purses = Callable[..., Purse]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        """Begins with a UTC day."""
        self.now = MIDNIGHT

    def __call__(self) -> float:
        """Unix time."""
        return self.now


def admission(name: str, usd: float = 1.0, *, digest: str = "0" * 64, at: float = MIDNIGHT) -> Admission:
    """A capture that may cost so much for its picture."""
    parts = {("painter", Step.IMAGE): round(usd * NANO)}
    return Admission(capture_id=name, brief_digest=digest, dispatched_at=at, parts=parts)


def asked(name: str, usd: float = 1.0, *, model: str = "painter", step: Step = Step.IMAGE) -> Asked:
    """A call of that capture."""
    return Asked(capture_id=name, model=model, step=step, nano=round(usd * NANO))


def begun(purse: Purse, name: str, usd: float = 1.0) -> int:
    """A call that may be made now."""
    answer = purse.begin(asked(name, usd))
    assert isinstance(answer, Go)
    return answer.call_id


def committed(purse: Purse) -> float:
    """USD spent and promised."""
    books = purse.standing().books
    return (books.total + books.promised) / NANO
