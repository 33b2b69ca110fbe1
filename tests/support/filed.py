"""A folder in which a comparison has been running: config, ledger, baseline; verbs are called in this process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result
from ledgers import add_pairs, ledger_in
from verbs import AT_ONCE, PAIR

from shadow.cli import root


def desk_with(folder: Path, *, pairs: int, loss: float = 0.0, calibration: int = 60) -> Path:
    """A baseline of so many pairs, and then the pairs that count; returns the config file."""
    config = folder / "config.toml"
    config.write_text(PAIR + AT_ONCE)
    ledger = ledger_in(folder)
    add_pairs(ledger, "c", calibration)
    assert does(config, "baseline", "freeze").exit_code == 0
    if pairs:
        add_pairs(ledger, "b", pairs, first=calibration, loss=loss)
    return config


def does(config: Path, *arguments: str) -> Result:
    """One verb, called in the config's folder."""
    with _inside(config.parent):
        return CliRunner().invoke(root, [*arguments, "--config", str(config)])


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
