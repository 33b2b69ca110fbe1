"""shadow emulator."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from shadow.emulator import Album, Scenario

CANDIDATES = ("gemini-3-pro-image", "gemini-3.1-flash-image")
"""The models a scenario is about where none is named: the successors of the previews."""


@click.command()
@click.option("--scenario", default="same", show_default=True, help="How the candidates differ; --list shows all.")
@click.option(
    "--candidate",
    "candidates",
    multiple=True,
    metavar="MODEL[=SCENARIO]",
    help="Model the scenario is about, or one with a scenario of its own; may be given again. Default: the GA models.",
)
@click.option(
    "--after",
    type=click.IntRange(0),
    metavar="N",
    help="A candidate's scenario begins after N of its pictures. Default: 200 in drift, 0 in all others.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8787, show_default=True, help="0 takes a free one.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--latency", type=click.FloatRange(0), default=0.0, show_default=True, help="Seconds added to a picture.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The emulator's date: models past their end answer 404."
)
@click.option(
    "--pictures",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Answer with DIR/MODEL/NAME.jpg (.jpeg, .png, .webp); --name shows the NAME of a brief.",
)
@click.option(
    "--missing",
    type=click.Choice(["paint", "no-image"]),
    default="paint",
    show_default=True,
    help="What a brief without a picture in --pictures gets.",
)
@click.option("--list", "listed", is_flag=True, help="List the scenarios and end.")
@click.option(
    "--name", "prompts", multiple=True, metavar="PROMPT", help="Print the NAME of a prompt's picture and end."
)
def emulator(
    scenario: str,
    candidates: tuple[str, ...],
    after: int | None,
    today: datetime | None,
    pictures: Path | None,
    missing: str,
    listed: bool,
    prompts: tuple[str, ...],
    **place: Any,
) -> None:
    """Serve the Gemini API offline, so that the real google-genai client works against it.

    \b
    Examples:
      shadow emulator --scenario washed-out --today 2026-06-01
      shadow emulator --candidate gemini-3-pro-image=tail --candidate gemini-3.1-flash-image=slow --latency 2
      shadow emulator --pictures my-pictures --missing no-image
      GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8787 GEMINI_API_KEY=any shadow run briefs.txt
    """
    from shadow.emulator import SCENARIOS, Emulator, name_of, serve

    if listed or prompts:
        for item in SCENARIOS.values() if listed else ():
            click.echo(f"{item.name:12} {item.summary} {truth_of(item)}")
        for prompt in prompts:
            click.echo(f"{name_of(prompt)}  {prompt}")
        return
    chosen = _chosen(scenario, candidates, after)
    album = _album(pictures, missing) if pictures else None
    day = (today or datetime.now(UTC)).date()
    try:
        server = Emulator(
            scenario=SCENARIOS[scenario], candidates=frozenset(), scenarios=chosen, album=album, today=day, **place
        )
    except OSError as error:
        msg = f"Cannot listen on {place['host']}:{place['port']}: {error.strerror}. --port 0 takes a free port."
        raise click.ClickException(msg) from error
    news = [f"Serving the Gemini API on {server.url} (Ctrl-C ends it).", *_told(chosen, album)]
    serve(server, announce=lambda _: click.echo("\n".join(news)))


def truth_of(scenario: "Scenario") -> str:
    """What a harness should find, in words."""
    truth = scenario.truth
    words = [f"quality {truth.quality:+g} ± {truth.tolerance:g} points"]
    if truth.each is not None:
        words.append(f"{truth.touched:.0%} of the briefs differ, by {truth.each:+g} ± {truth.each_tolerance:g} each")
    if truth.model_failures:
        words.append(f"{truth.model_failures:.0%} of the pictures missing")
    if truth.infrastructure_failures:
        words.append(f"{truth.infrastructure_failures:.0%} of the calls fail and succeed when asked again")
    if truth.slowness != 1:
        words.append(f"a picture takes {truth.slowness:g} times as long")
    if scenario.after:
        words.append(f"all this after the candidate's first {scenario.after} pictures")
    return f"Truth: {', '.join(words)}."


def _chosen(scenario: str, candidates: Sequence[str], after: int | None) -> "dict[str, Scenario]":
    """The scenario of each candidate."""
    from shadow.emulator import SCENARIOS, painting_models

    _checked(scenario, list(SCENARIOS), "--scenario")
    chosen = {}
    for given in candidates or CANDIDATES:
        model, _, own = given.partition("=")
        _checked(model, painting_models(), "--candidate")
        found = SCENARIOS[_checked(own or scenario, list(SCENARIOS), "--candidate")]
        chosen[model] = found if after is None else replace(found, after=after)
    return chosen


def _album(folder: Path, missing: str) -> "Album":
    """The pictures in a folder; files that no brief can have are named, folders that no model has end the verb."""
    from shadow.emulator import Album, Gap, is_named_by_a_brief, painting_models

    album = Album(folder=folder, gap=Gap(missing))
    for model in album.models():
        _checked(model, painting_models(), "--pictures")
    strange = [path for path in album.pictures() if not is_named_by_a_brief(path)]
    if strange:
        click.echo(
            f"Pictures in {folder} with a name that no brief has: {len(strange)}, such as {strange[0].name}. "
            "`shadow emulator --name PROMPT` shows the right one.",
            err=True,
        )
    return album


def _told(chosen: "dict[str, Scenario]", album: "Album | None") -> Iterator[str]:
    """What holds, one line for each candidate and one for the pictures."""
    for model, scenario in chosen.items():
        yield f"{model}: {scenario.name}. {truth_of(scenario)}"
    if album:
        rest = "is painted" if album.gap == "paint" else "gets NO_IMAGE"
        yield f"Pictures in {album.folder}: {len(album.pictures())}. A brief without one {rest}; /-/wanted lists these."


def _checked(name: str, names: list[str], option: str) -> str:
    from shadow.settings import legal

    if name not in names:
        msg = f"{name!r}. {legal(name, names)}"
        raise click.BadParameter(msg, param_hint=option)
    return name
