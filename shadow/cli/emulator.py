"""shadow emulator."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from shadow.emulator import Scenario

CANDIDATES = ("gemini-3-pro-image", "gemini-3.1-flash-image")
"""The models a scenario is about where none is named: the successors of the previews."""


@click.command()
@click.option("--scenario", default="same", show_default=True, help="How the candidates differ; --list shows all.")
@click.option(
    "--candidate",
    "candidates",
    multiple=True,
    metavar="MODEL",
    help="Model the scenario is about; may be given again. Default: the GA models.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8787, show_default=True, help="0 takes a free one.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--latency", type=click.FloatRange(0), default=0.0, show_default=True, help="Seconds added to a picture.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The emulator's date: models past their end answer 404."
)
@click.option("--list", "listed", is_flag=True, help="List the scenarios and end.")
def emulator(scenario: str, candidates: tuple[str, ...], listed: bool, today: datetime | None, **place: Any) -> None:
    """Serve the Gemini API offline, so that the real google-genai client works against it.

    \b
    Examples:
      shadow emulator --scenario washed-out --today 2026-06-01
      GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8787 GEMINI_API_KEY=any shadow run briefs.txt
    """
    from shadow.emulator import SCENARIOS, Emulator, serve
    from shadow.settings import legal

    if listed:
        for item in SCENARIOS.values():
            click.echo(f"{item.name:12} {item.summary} {truth_of(item)}")
        return
    if scenario not in SCENARIOS:
        raise click.BadParameter(legal(scenario, list(SCENARIOS)), param_hint="--scenario")
    server = Emulator(
        scenario=SCENARIOS[scenario],
        candidates=frozenset(candidates or CANDIDATES),
        today=(today or datetime.now(UTC)).date(),
        **place,
    )
    serve(server, announce=lambda url: click.echo(f"Serving the Gemini API on {url} (Ctrl-C ends it)."))


def truth_of(scenario: "Scenario") -> str:
    """What a harness should find, in words."""
    truth = scenario.truth
    words = [f"quality {truth.quality:+g} ± {truth.tolerance:g} points"]
    if truth.model_failures:
        words.append(f"{truth.model_failures:.0%} of the pictures missing")
    if truth.infrastructure_failures:
        words.append(f"{truth.infrastructure_failures:.0%} of the calls fail and succeed when asked again")
    return f"Truth: {', '.join(words)}."
