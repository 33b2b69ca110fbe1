"""shadow report."""

import contextlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from analysis.results import ReasonCode, Study
from shadow.cli.cutover.telling import tell
from shadow.cli.evidence import columns_of, remember, study_of
from shadow.cli.options import config_option, migration_option, opened
from shadow.cli.progress import steps
from shadow.cli.scores import scores_options, study_of_scores
from shadow.errors import InputError, StoreBroken
from shadow.store.images import Images

Shown = tuple[Study, Callable[[str], bytes | None]]
"""A study, and where its pictures are found."""
FORMATS = {"html": ".html", "json": ".json", "md": ".md"}
STANDARD_OUTPUT = Path("-")


@click.command()
@config_option
@migration_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Default: shadow-NAME.html, .json or .md here. - is standard output.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    help="A page for people, all of it as JSON, or a comment for a pull request. Default: as --output ends, else html.",
)
@click.option("--redact", is_flag=True, help="Leave out prompts, pictures, judge reasons, keys, tags and people.")
@click.option("--open", "opening", is_flag=True, help="Open it in a browser.")
@scores_options
def report(
    config: str | None,
    migration: str | None,
    output: Path | None,
    kind: str | None,
    redact: bool,
    opening: bool,
    scores: Path | None,
    scale: tuple[float, float],
    only: tuple[str, ...],
) -> None:
    """Write one self-contained file: the verdict, why, the distributions, the worst pairs with their pictures.

    The page needs no network and no script, and can be sent to anybody who may see the briefs; with --redact, to
    anybody.

    \b
    Examples:
      shadow report --open
      shadow report --redact -o for-the-vendor.html
      shadow report --format md -o - | gh pr comment 12 --body-file -
      shadow report --scores ratings.csv --scale 0 1
    """
    kind = kind or _kind_of(output)
    with steps("report", STAGES) as reached:
        result, picture = (
            _of_scores(scores, scale, only, config) if scores else _of_ledger(config, migration, pages=kind != "md")
        )
        reached(f"drawing {len(result.distributions)} distributions, {len(result.worst)} worst pairs")
        text = _told(kind, result, picture, redact=redact)
    if output == STANDARD_OUTPUT:
        click.echo(text, nl=not text.endswith("\n"))
        return
    target = output or Path(f"shadow-{_file_name(result.migration)}{FORMATS[kind]}")
    _write(target, text)
    click.echo(f"{result.verdict.decision.value}: {target}")
    if opening:
        _open(target)


STAGES = 2
"""Reading and deciding; drawing."""


def _kind_of(output: Path | None) -> str:
    return next((kind for kind, ending in FORMATS.items() if output and output.suffix.lower() == ending), "html")


def _file_name(migration: str) -> str:
    """A migration's name as part of a file's: a table of scores may be called anything."""
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in migration)[:80] or "report"


def _told(kind: str, result: Study, picture: Callable[[str], bytes | None], *, redact: bool) -> str:
    if kind == "json":
        from reports.record import record

        return json.dumps(record(result, redact=redact), indent=1, ensure_ascii=False) + "\n"
    if kind == "md":
        from reports.markdown import markdown

        return markdown(result, redact=redact)
    from reports.render import render

    return render(result, picture=picture, redact=redact)


def _open(target: Path) -> None:
    import webbrowser

    if not webbrowser.open(target.resolve().as_uri()):
        click.echo(f"No browser was found here; open {target} in one.", err=True)


def _of_scores(scores: Path, scale: tuple[float, float], only: tuple[str, ...], config: str | None) -> Shown:
    return study_of_scores(scores, scale, only, config, panels=True), lambda _: None


def _of_ledger(config: str | None, migration: str | None, *, pages: bool) -> Shown:
    harness = opened(config)
    name = harness.config.named(migration)
    result = study_of(harness, name, columns_of(harness, name), panels=pages)
    if not any(reason.code is ReasonCode.ROLLED_BACK for reason in result.verdict.reasons):
        # one that stands from before is there already, and showing it says nothing new
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
