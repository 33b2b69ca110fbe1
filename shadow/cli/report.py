"""shadow report."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from analysis.results import Study
from shadow.cli.cutover.telling import tell
from shadow.cli.evidence import columns_of, remember, study_of
from shadow.cli.options import config_option, migration_option, opened
from shadow.cli.scores import scores_options, study_of_scores
from shadow.errors import InputError, StoreBroken
from shadow.store.images import Images

Shown = tuple[Study, Callable[[str], bytes | None]]
"""A study, and where its pictures are found."""


@click.command()
@config_option
@migration_option
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: shadow-NAME.html here.")
@scores_options
def report(
    config: str | None,
    migration: str | None,
    output: Path | None,
    scores: Path | None,
    scale: tuple[float, float],
    only: tuple[str, ...],
) -> None:
    """Write one self-contained HTML file: the verdict, why, the distributions, the worst pairs with their pictures.

    It needs no network and no script, and can be sent to anybody who may see the briefs.

    \b
    Example:
      shadow report -o report.html
      shadow report --scores ratings.csv --scale 0 1
    """
    from reports.render import render

    result, picture = _of_scores(scores, scale, only, config) if scores else _of_ledger(config, migration)
    target = output or Path(f"shadow-{result.migration}.html")
    _write(target, render(result, picture=picture))
    click.echo(f"{result.verdict.decision.value}: {target}")


def _of_scores(scores: Path, scale: tuple[float, float], only: tuple[str, ...], config: str | None) -> Shown:
    return study_of_scores(scores, scale, only, config, panels=True), lambda _: None


def _of_ledger(config: str | None, migration: str | None) -> Shown:
    harness = opened(config)
    name = harness.config.named(migration)
    result = study_of(harness, name, columns_of(harness, name), panels=True)
    tell(harness, config, result, remember(harness, result))
    return result, _pictures(harness.images)


def _pictures(images: Images) -> Callable[[str], bytes | None]:
    def picture(digest: str) -> bytes | None:
        with contextlib.suppress(StoreBroken):  # a picture that is gone is worded as gone, not hidden
            return images.read(digest).data
        return None

    return picture


def _write(target: Path, text: str) -> None:
    """Whole or not at all: somebody may be looking at the old one."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            file.write(text)
        temporary = Path(file.name)
        temporary.chmod(0o644)
        temporary.replace(target)
    except OSError as error:
        msg = f"{target}: cannot be written: {error.strerror}."
        raise InputError(msg) from error
