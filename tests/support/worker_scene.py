"""A worker over a memory spool with one capture, for the tests of the worker."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from shadow.brief import Brief, Text
from shadow.budget import Caps
from shadow.finding import Finding
from shadow.gates.gate import Layer
from shadow.pair import Arm, Capture, Examined, Image, Outcome, OutcomeKind, Pair
from shadow.prices import Tariff, Usage
from shadow.providers.provider import OnUsage, Provider
from shadow.purse.purse import Purse
from shadow.settings import GateSettings
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Lease
from shadow.worker import Bench, Worker

MODELS = {Arm.INCUMBENT: "old", Arm.CANDIDATE: "new"}
LIVE, OTHER, REFERENCE = (Image.of(b"\x89PNG\r\n\x1a\n" + bytes([n])) for n in (1, 2, 3))


class Paints:
    """A provider that answers from a list of outcomes and counts what it is asked."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes) or [Outcome(kind=OutcomeKind.IMAGE, model="new", image=OTHER)]
        self.asked: list[tuple[str, Mapping[str, Image]]] = []

    def generate(self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage) -> Outcome:
        del brief
        self.asked.append((model, pictures))
        on_usage(Usage())
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]

    def embed(self, *_: Any, **__: Any) -> Any:
        raise AssertionError

    judge = embed


class Scores:
    """A layer that answers from a list of findings and exceptions, and counts its looks by picture."""

    def __init__(self, name: str, *answers: Finding | Exception) -> None:
        self.name = name
        self.answers = list(answers)
        self.looks: Counter[str] = Counter()
        self.makers: dict[str, str] = {}

    def check(self, brief: Brief, image: Image, *, model: str = "") -> Finding:
        del brief
        self.looks[image.digest] += 1
        self.makers[image.digest] = model
        answer = self.answers.pop(0) if self.answers else Finding(layer=self.name, score=1.0)
        if isinstance(answer, Exception):
            raise answer
        return answer


FREE = Tariff(prices=None, gate=GateSettings())
Scenes = Callable[..., "Scene"]


class Scene:
    """A worker over a memory spool that holds one capture, with a purse of its own."""

    def __init__(
        self,
        home: Path,
        provider: Any,
        layers: Sequence[Layer] | Callable[[Provider], Sequence[Layer]] = (),
        *,
        attempts: int = 3,
        tariff: Tariff = FREE,
        caps: Caps = Caps(),  # noqa: B008 - frozen
        per_minute: Mapping[str, float] | None = None,
        bench: Mapping[str, Any] | None = None,
        sunset: float = math.inf,
        **capture: Any,
    ) -> None:
        self.store = {image.digest: image for image in (LIVE, REFERENCE)}
        self.now = 0.0
        self.slept: list[float] = []
        self.spool = MemorySpool(clock=lambda: self.now)
        self.purse = Purse(
            home / "purse.sqlite",
            caps=caps,
            per_minute=per_minute or {},
            hold_seconds=9e9,
            patience_seconds=0.2,
            clock=lambda: self.now,
        )
        values: dict[str, Any] = {
            "brief": Brief(parts=(Text(text="a fox"),)),
            "arm": Arm.INCUMBENT,
            "outcome": Outcome(kind=OutcomeKind.IMAGE, model="old", image=LIVE),
            "dispatched_at": 0.0,
        }
        self.spool.put(Capture(capture_id="c", migration="pro", **{**values, **capture}))
        self.worker = Worker(
            spool=self.spool,
            benches={
                "pro": Bench(
                    models=MODELS,
                    provider=provider,
                    layers=_gate(layers),
                    tariff=tariff,
                    sunset=sunset,
                    **bench or {},
                )
            },
            purse=self.purse,
            read=self.store.__getitem__,
            write=lambda image: self.store.update({image.digest: image}),
            attempts=attempts,
            clock=lambda: self.now,
            sleep=self.sleep,
        )

    def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.slept.append(seconds)
        self.now += seconds

    def lease(self) -> Lease:
        """The capture, leased (again): an hour later, so that an older lease has run out."""
        self.now += 3600
        return self.spool.lease(limit=1, seconds=60)[0]

    def pair(self) -> Pair:
        """The pair of the capture."""
        pair = self.worker.process(self.lease())
        assert isinstance(pair, Pair)
        return pair


def scenes(home: Path) -> Iterator[Scenes]:
    """Makes scenes; those of one `folder` share its purse."""
    made: list[Scene] = []

    def make(*arguments: Any, folder: str = "", **more: Any) -> Scene:
        made.append(Scene(home / folder, *arguments, **more))
        return made[-1]

    yield make
    for scene in made:
        scene.purse.close()


def _gate(layers: Sequence[Layer] | Callable[[Provider], Sequence[Layer]]) -> Callable[[Provider], Sequence[Layer]]:
    return layers if callable(layers) else lambda _: layers


def by_arm(examined: tuple[Examined, ...]) -> dict[Arm, Examined]:
    """The examined outcomes by arm."""
    return {item.arm: item for item in examined}
