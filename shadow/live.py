"""The composition root of a live process: builds what config.toml names, once for a process, and wraps clients.

Light imports only: nothing here may bring numpy, scipy, duckdb, the analysis or the reports into the caller's process.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from shadow import host, standing
from shadow.beside import Beside
from shadow.budget import Caps, pause_after
from shadow.capture import Door, Route
from shadow.config import load, locate
from shadow.errors import ConfigError
from shadow.pair import Outcome
from shadow.percentages import Percentages
from shadow.settings import Config, PathsSettings, legal
from shadow.spool import SPOOLS
from shadow.store.images import Images
from shadow.store.state import CutoverFile
from shadow.telling import Once
from shadow.wrapper import LivePath, wrapped
from shadow.wrapper.fallback import Fallback

log = logging.getLogger("shadow")

MEGABYTE = 1e6
UNUSABLE = "config unusable"
PATIENCE_SECONDS = 5.0
"""How long one thread waits for another that wraps at the same time."""


class Live:
    """The live path of one config.toml in one process. Its threads start at the first use of `path`."""

    def __init__(
        self,
        config: Config,
        *,
        routes: Mapping[str, Route] | None = None,
        deaf: str = "",
        under_way: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        """`routes` stand in for those of the config; `deaf` says why nothing is captured, where nothing is.

        `under_way` tells the calls that began and did not end, by migration, where somebody knows.

        Raises `ConfigError` for a spool that nobody knows.
        """
        if config.spool.kind not in SPOOLS:
            msg = f"[spool] kind = {config.spool.kind!r} is not known. {legal(config.spool.kind, list(SPOOLS))}"
            raise ConfigError(msg)
        self.config = config
        self._routes = routes
        self._deaf = deaf
        self._under_way = under_way
        self._beside: Beside | None = None
        self._paused_until = 0.0

    @cached_property
    def routes(self) -> Mapping[str, Route]:
        """The routes by incumbent model id."""
        if self._routes is not None:
            return self._routes
        return {item.incumbent: self._route(item.incumbent) for item in self.config.migration.values()}

    @cached_property
    def percentages(self) -> Percentages:
        """The percentages in force."""
        home = self.config.home
        return Percentages(
            CutoverFile(home),
            poll_seconds=self.config.cutover.poll_seconds,
            sunsets={name: at for name, at in sunsets(self.config).items() if self.config.migration[name].serving},
            tell=lambda reason, times: standing.note_state_trouble(home, reason, times),
        )

    @cached_property
    def door(self) -> Door:
        """The door of this process to the spool."""
        home, images = self.config.home, Images(self.config.home / "images")
        open_spool = SPOOLS[self.config.spool.kind]
        return Door(
            home=home,
            open_spool=lambda: open_spool(home, images.read),
            write=images.write,
            memory_bytes=self.config.spool.memory_megabytes * MEGABYTE,
            poll_seconds=self.config.spool.poll_milliseconds / 1000,
            heed=self._heed,
            at_most=self._at_most,
            under_way=self._under_way,
        )

    def _at_most(self, migration: str) -> float:
        """The share of briefs that is shadowed at most: once all traffic has moved, that of the reverse shadow."""
        return self.config.cutover.reverse_share if self.percentages.of(migration) >= 100 else 1.0

    def _gone(self, migration: str) -> bool:
        sunset = sunsets(self.config).get(migration)
        return self.percentages.incumbent_gone(migration) or (sunset is not None and time.time() >= sunset)

    def _heed(self, live: Outcome) -> None:
        """A live call met a limit: no worker generates before it is over. Runs on the drain thread."""
        until = pause_after(live, default=self.config.worker.pause_seconds)
        if until is None or until < self._paused_until + 1.0:
            return
        # SQLite and nothing else, and only in a process that meets a limit.
        from shadow.purse.purse import EVERY_GENERATION, FILE_NAME, Purse

        purse = Purse(self.config.home / FILE_NAME, caps=Caps(), per_minute={}, patience_seconds=0.5)
        purse.pause(EVERY_GENERATION, until, f"a live call met {live.label}")
        purse.close()
        self._paused_until = until

    @cached_property
    def path(self) -> LivePath:
        """The live path, with its threads running and the host process followed."""
        fallback = Fallback(allowed=self.config.cutover.fallback, gone=self._gone)
        path = LivePath(
            routes=self.routes, percent=self.percentages.of, door=self.door, deaf=self._deaf, fallback=fallback
        )
        self.percentages.follow()
        host.follow(restart=self._restart, close=self.door.close)
        return path

    def ask_for_worker(self, config_file: Path) -> None:
        """A worker beside this process from now on, however often it is asked for."""
        if self._beside is None:
            verb = ("work", "--beside", "--config", str(config_file))
            self._beside = Beside(self.config.home, (sys.executable, "-m", "shadow", *verb))
            self._beside.follow()

    def wrap(self, client: Any) -> Any:
        """The client, looked at."""
        return wrapped(client, self.path)

    def _restart(self) -> None:
        self.door.restart()
        self.percentages.follow()
        if self._beside is not None:
            self._beside.restart()

    def _route(self, incumbent: str) -> Route:
        names = self.config.of_model(incumbent)
        serving = next((name for name in names if self.config.migration[name].serving), None)
        return Route(
            incumbent=incumbent,
            serving=serving,
            candidate=self.config.migration[serving].candidate if serving else None,
            samples=tuple((name, self.config.migration[name].sample) for name in names),
        )


def sunsets(config: Config) -> dict[str, float]:
    """Unix time at which an incumbent's last day is over, where it is known, by migration."""
    return {
        name: datetime.combine(item.last_day + timedelta(days=1), datetime.min.time(), UTC).timestamp()
        for name, item in config.migration.items()
        if item.last_day is not None
    }


# One live path for each config file and process, however many clients are wrapped: every one has threads, and some
# hosts wrap a client for each request.
_lives: dict[Path, Live] = {}
_making = threading.Lock()
_say = Once()


def wrap(client: Any, *, config: str | os.PathLike[str] | None = None, work: bool = False) -> Any:
    """A client that looks like `client` and shadows its image generations.

    `config` is the path of config.toml; without it `SHADOW_CONFIG`, else the current folder's. With `work` a worker
    runs beside the live processes, one for each home, as long as any of them lives. Never raises: with a config that
    cannot be used, traffic stays as it was last known, nothing is captured and one error is logged.
    """
    try:
        file = locate(config).resolve()
        live = _live(file)
        if work:
            live.ask_for_worker(file)
        return live.wrap(client)
    except Exception as error:
        return _as_last_known(client, config, error)


def _live(file: Path) -> Live:
    held = _making.acquire(timeout=PATIENCE_SECONDS)  # bounded: in a forked child nobody may be left to let it go
    try:
        if file not in _lives:
            live = Live(load(file))
            standing.remember(live.config.home, live.routes)
            _lives[file] = live
        return _lives[file]
    finally:
        if held:
            _making.release()


def _as_last_known(client: Any, config: str | os.PathLike[str] | None, error: Exception) -> Any:
    try:
        _say.error(f"nothing is captured; traffic stays as it was last known. {error}", error)
        home = standing.home_of(config)
        if home is None:
            return client
        standing.note_trouble(home, str(error))
        if home not in _lives:
            plain = Config(folder=home.parent, paths=PathsSettings(home=home.name))
            _lives[home] = Live(plain, routes=standing.recall(home), deaf=UNUSABLE)
        live = _lives[home]
        return live.wrap(client) if live.routes else client
    except Exception:
        log.exception("not even the last known state can be used")
        return client
