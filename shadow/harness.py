"""The composition root: builds everything that config.toml names. The only place where collaborators meet."""

import hashlib
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from shadow.cutover import Move
from shadow.errors import ConfigError, StoreBroken
from shadow.live import Live, sunsets
from shadow.pair import Arm
from shadow.settings import Config, legal
from shadow.spool import SPOOLS
from shadow.spool.spool import Spool
from shadow.store.images import Images
from shadow.store.state import CutoverFile

if TYPE_CHECKING:  # heavy rooms: a live process imports this module and must stay light
    from shadow.anchors import Anchors
    from shadow.crew import Crew
    from shadow.gates.gate import Layer
    from shadow.gates.judge_pairs import Referee
    from shadow.hooks import Courier, Outbox, Target
    from shadow.providers.provider import Provider
    from shadow.purse.purse import Purse
    from shadow.store.ledger import Ledger
    from shadow.worker import Bench

log = logging.getLogger("shadow")

Made = TypeVar("Made")


class Harness:
    """What one config.toml describes."""

    def __init__(self, config: Config) -> None:
        """Builds nothing yet. Raises `ConfigError` for a name that no room knows."""
        self.config = config
        _known(SPOOLS, config.spool.kind, "[spool] kind")

    @cached_property
    def images(self) -> Images:
        """The picture store."""
        return Images(self.config.home / "images")

    @cached_property
    def cutover_file(self) -> CutoverFile:
        """The percentages in force."""
        return CutoverFile(self.config.home)

    @cached_property
    def spool(self) -> Spool:
        """The spool that `[spool] kind` names."""
        return self.open_spool()

    def open_spool(self) -> Spool:
        """A spool of its own for one process."""
        return SPOOLS[self.config.spool.kind](self.config.home, self.images.read)

    @cached_property
    def ledger(self) -> "Ledger":
        """The ledger of pairs."""
        from shadow.store.ledger import Ledger

        return Ledger(self.config.home / "scores.duckdb")

    @cached_property
    def purse(self) -> "Purse":
        """What the workers of this home may spend, and what they have spent."""
        from shadow.budget import Caps
        from shadow.purse.purse import FILE_NAME, HOLD_SECONDS, Purse

        worker = self.config.worker
        return Purse(
            self.config.home / FILE_NAME,
            caps=Caps.of(self.config.budget),
            per_minute=worker.max_per_minute,
            hold_seconds=HOLD_SECONDS + worker.call_seconds,
        )

    def crew(self, *, hindered: Callable[[], str] = lambda: "") -> "Crew":
        """A crew of workers over the spool, which begins nothing while `hindered` says why.

        Raises `ConfigError` where a key or a name is missing.
        """
        from shadow.crew import Crew
        from shadow.worker import Worker

        worker = Worker(
            spool=self.spool,
            benches=self.benches,
            purse=self.purse,
            read=self.images.read,
            write=self.images.write,
            attempts=self.config.worker.attempts,
            pause_seconds=self.config.worker.pause_seconds,
        )
        return Crew(
            spool=self.spool,
            worker=worker,
            ledger=self.ledger,
            settings=self.config.worker,
            chores=[self._anchors()],
            hindered=hindered,
        )

    def _anchors(self) -> "Anchors":
        from shadow.anchors import Anchors
        from shadow.providers.asking import FORM

        judge = self.config.gate.judge
        told = f"{judge.model}\n{judge.digest}\n{FORM}"
        return Anchors(
            home=self.config.home,
            ledger=self.ledger,
            benches=self.benches,
            purse=self.purse,
            read=self.images.read,
            size=self.config.noise.anchors if "judge" in self.config.gate.layers else 0,
            judge=hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest(),
        )

    @cached_property
    def benches(self) -> "dict[str, Bench]":
        """What the captures of each migration are worked on with. Raises `ConfigError` for a missing key or name."""
        from shadow.prices import FREE_PROVIDERS, Tariff, price_list
        from shadow.worker import Bench

        prices = price_list(self.config.prices)
        providers: dict[str, Provider] = {}
        benches, ends = {}, sunsets(self.config)
        for name, migration in self.config.migration.items():
            if migration.provider not in providers:
                providers[migration.provider] = self._provider(migration.provider)
            benches[name] = Bench(
                models={Arm.INCUMBENT: migration.incumbent, Arm.CANDIDATE: migration.candidate},
                provider=providers[migration.provider],
                layers=self._layers(),
                sunset=ends.get(name, math.inf),
                tariff=Tariff(prices=None if migration.provider in FREE_PROVIDERS else prices, gate=self.config.gate),
                noise=self.config.noise,
                referee=self._referee(),
                pairwise=self.config.gate.judge.pairwise,
            )
        return benches

    def _layers(self) -> "Callable[[Provider], list[Layer]]":
        from shadow.gates import LAYERS

        makers = [_known(LAYERS, layer, "[gate] layers") for layer in self.config.gate.layers]
        return lambda provider: [make(self.config.gate, provider) for make in makers]

    def _referee(self) -> "Callable[[Provider], Referee] | None":
        from shadow.gates.judge_pairs import Referee

        gate = self.config.gate
        if "judge" not in gate.layers:
            return None
        return lambda provider: Referee(gate.judge, provider, limits=gate.properties)

    def _provider(self, name: str) -> "Provider":
        from shadow.providers import PROVIDERS

        return _known(PROVIDERS, name, "provider")(self.config.worker, self.config.home)

    @cached_property
    def live(self) -> Live:
        """The live path of this process."""
        return Live(self.config)

    @cached_property
    def outbox(self) -> "Outbox":
        """What the hooks have yet to hear."""
        from shadow.hooks import Outbox

        return Outbox(self.config.home)

    @cached_property
    def hook_target(self) -> "Target":
        """Where the hooks are told."""
        from shadow.hooks import Target

        return Target(**self.config.cutover.hooks.model_dump())

    @cached_property
    def courier(self) -> "Courier":
        """Who tells them."""
        from shadow.hooks import Courier

        return Courier(self.outbox, self.hook_target)

    def carry_moves(self) -> None:
        """Take what only stands in the state file over into the outbox and the ledger, each line once for ever.

        Raises `StoreBusy`, `StoreBroken`; it stays in the state file then.
        """
        moves = self.cutover_file.read().pending
        if moves:
            self._have_told(moves)
            self.ledger.add_moves(moves)
            carried = frozenset(move.event_id for move in moves)
            self.cutover_file.change(lambda state: state.carried(carried))

    def _have_told(self, moves: Sequence[Move]) -> None:
        if self.hook_target.ways:
            try:
                self.outbox.put(moves, self.hook_target.ways)
            except OSError as error:
                msg = f"{self.outbox.folder}: cannot be written: {error.strerror}."
                raise StoreBroken(msg) from error


def _known(room: Mapping[str, Callable[..., Made]], name: str, key: str) -> Callable[..., Made]:
    if name not in room:
        msg = f"{key} = {name!r} is not known. {legal(name, list(room))}"
        raise ConfigError(msg)
    return room[name]
