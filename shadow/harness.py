"""The composition root: builds everything that config.toml names. The only place where collaborators meet."""

import atexit
import logging
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from shadow.capture import Door, Route
from shadow.config import load
from shadow.errors import ConfigError
from shadow.pair import Arm
from shadow.percentages import Percentages
from shadow.settings import Config, legal
from shadow.spool import SPOOLS
from shadow.spool.spool import Spool
from shadow.store.images import Images
from shadow.store.state import CutoverFile
from shadow.wrapper import LivePath, WrappedClient

if TYPE_CHECKING:  # heavy rooms: a live process imports this module and must stay light
    from shadow.crew import Crew
    from shadow.providers.provider import Provider
    from shadow.store.ledger import Ledger
    from shadow.worker import Bench

log = logging.getLogger("shadow")

MEGABYTE = 1e6
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

    def crew(self) -> "Crew":
        """A crew of workers over the spool. Raises `ConfigError` where a key or a name is missing."""
        from shadow.crew import Crew
        from shadow.worker import Worker

        worker = Worker(
            spool=self.spool,
            benches=self._benches(),
            read=self.images.read,
            write=self.images.write,
            attempts=self.config.worker.attempts,
        )
        return Crew(spool=self.spool, worker=worker, ledger=self.ledger, settings=self.config.worker)

    def _benches(self) -> "dict[str, Bench]":
        from shadow.gates import LAYERS
        from shadow.worker import Bench

        providers: dict[str, Provider] = {}
        benches = {}
        for name, migration in self.config.migration.items():
            if migration.provider not in providers:
                providers[migration.provider] = self._provider(migration.provider)
            provider = providers[migration.provider]
            benches[name] = Bench(
                models={Arm.INCUMBENT: migration.incumbent, Arm.CANDIDATE: migration.candidate},
                provider=provider,
                layers=[
                    _known(LAYERS, layer, "[gate] layers")(self.config.gate, provider)
                    for layer in self.config.gate.layers
                ],
            )
        return benches

    def _provider(self, name: str) -> "Provider":
        from shadow.providers import PROVIDERS

        return _known(PROVIDERS, name, "provider")(self.config.worker, self.config.home)

    def routes(self) -> dict[str, Route]:
        """The routes of the live path, by incumbent model id."""
        routes = {}
        for incumbent in {item.incumbent for item in self.config.migration.values()}:
            names = self.config.of_model(incumbent)
            serving = next((name for name in names if self.config.migration[name].serving), None)
            routes[incumbent] = Route(
                incumbent=incumbent,
                serving=serving,
                candidate=self.config.migration[serving].candidate if serving else None,
                samples=tuple((name, self.config.migration[name].sample) for name in names),
            )
        return routes

    def door(self) -> Door:
        """The door of this process to the spool. Its drain thread starts at once and polls the percentages too."""
        door = Door(
            open_spool=self.open_spool,
            write=self.images.write,
            on_poll=self.percentages.poll,
            memory_bytes=self.config.spool.memory_megabytes * MEGABYTE,
            poll_seconds=self.config.spool.poll_milliseconds / 1000,
        )
        os.register_at_fork(after_in_child=door.restart)
        atexit.register(door.close)
        return door

    @cached_property
    def percentages(self) -> Percentages:
        """The percentages in force, followed while a door is open."""
        return Percentages(self.cutover_file, poll_seconds=self.config.cutover.poll_seconds)

    def wrapped(self, client: Any, door: Door | None = None) -> WrappedClient:
        """The client, observed through `door` or a new one."""
        live = LivePath(routes=self.routes(), percent=self.percentages.of, door=door or self.door())
        return WrappedClient(client, live)

    def carry_moves(self) -> None:
        """Take the moves that only stand in the state file over into the ledger. Raises `StoreBusy`, `StoreBroken`."""
        moves = self.cutover_file.read().pending
        if moves:
            self.ledger.add_moves(moves)
            carried = frozenset(move.event_id for move in moves)
            self.cutover_file.change(lambda state: state.carried(carried))


def _known(room: Mapping[str, Callable[..., Made]], name: str, key: str) -> Callable[..., Made]:
    if name not in room:
        msg = f"{key} = {name!r} is not known. {legal(name, list(room))}"
        raise ConfigError(msg)
    return room[name]


def wrap(client: Any, *, config: str | os.PathLike[str] | None = None) -> Any:
    """A client that looks like `client` and shadows its image generations.

    `config` is the path of config.toml; without it `SHADOW_CONFIG`, else the current folder's. Never raises: with a
    config that cannot be used the client is given back as it is and one error is logged.
    """
    try:
        return Harness(load(config)).wrapped(client)
    except Exception:
        log.exception("not shadowing: the client is used as it is")
        return client
