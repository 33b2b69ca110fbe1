"""A folder in which verbs of the cutover run in this process, over a ledger made by SQL."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from ledgers import add_pairs, ledger_in

from shadow.cli import root
from shadow.config import load
from shadow.harness import Harness
from shadow.store.ledger import Ledger

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"

[verdict]
min_hours = 0.0
min_calibration = 20

[cutover]
stage_hours = 0.0
stage_pairs = 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingDesk:
    """The folder."""

    folder: Path

    @property
    def ledger(self) -> Ledger:
        """The ledger of its home."""
        return ledger_in(self.folder)

    @property
    def harness(self) -> Harness:
        """A harness of its own."""
        return Harness(load(self.folder / "config.toml"))

    @property
    def percent(self) -> float:
        """The share in force."""
        return self.harness.cutover_file.read().of("pro")

    def verb(self, *arguments: str) -> Result:
        """A verb of the cutover, to its end."""
        return CliRunner().invoke(root, ["cutover", *arguments, "--config", str(self.folder / "config.toml")])

    def auto(self) -> dict[str, Any]:
        """One step."""
        done = self.verb("auto", "--json")
        record: dict[str, Any] = json.loads(done.stdout)
        assert record["exit"] == done.exit_code
        return record

    def calibrated(self) -> None:
        """A frozen baseline."""
        add_pairs(self.ledger, "calibration", 100)
        done = CliRunner().invoke(root, ["baseline", "freeze", "--config", str(self.folder / "config.toml")])
        assert done.exit_code == 0, done.output

    def pairs(self, name: str, size: int, *, first: int, loss: float = 0.0) -> None:
        """So many pairs, dispatched now."""
        add_pairs(self.ledger, name, size, first=first, loss=loss)


def desk_in(folder: Path, config: str = CONFIG) -> MovingDesk:
    """A desk in this folder."""
    (folder / "config.toml").write_text(config)
    return MovingDesk(folder=folder)
