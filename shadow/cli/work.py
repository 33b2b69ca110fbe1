"""shadow work."""

import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from shadow.at_work import at_work
from shadow.beside import leave_with_the_last
from shadow.capture import watch_unclean_ends
from shadow.cli import money
from shadow.cli.options import config_option, opened
from shadow.cli.progress import bar
from shadow.cli.room import need_room, no_room

if TYPE_CHECKING:
    from shadow.crew import Tally


@click.command()
@config_option
@click.option("--until-empty", is_flag=True, help="End when nothing is left to do. Default: go on until told to stop.")
@click.option("--threads", type=click.IntRange(1, 64), help="Briefs worked on at once. Default: [worker] threads.")
@click.option("--beside", is_flag=True, help="End when no live process asks for a worker any more (wrap's work=True).")
def work(config: str | None, until_empty: bool, threads: int | None, beside: bool) -> None:
    """Ask the other arm, gate both outcomes, file the pairs.

    Ctrl-C or SIGTERM finishes what is under way, files it and ends; a second one ends at once, and loses nothing
    that was accepted.

    \b
    Examples:
      shadow work                   until told to stop, beside the live generator
      shadow work --until-empty     for cron: what waits, then end
    """
    # Many small products on two cores: a second BLAS thread only spins. Must be said before numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    harness = opened(config)
    if threads is not None:
        worker = harness.config.worker.model_copy(update={"threads": threads})
        harness = type(harness)(harness.config.model_copy(update={"worker": worker}))
    need_room(harness.config.home)
    harness.carry_moves()
    crew = harness.crew(hindered=lambda: no_room(harness.config.home))
    asked = 0

    def ask_to_stop(number: int, frame: object) -> None:
        nonlocal asked
        del number, frame
        asked += 1
        if asked > 1:
            os._exit(130)
        click.echo("Finishing what is under way; once more to end at once.", err=True)
        crew.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    watch_unclean_ends(harness.config.home, harness.spool.lose)
    if beside:
        leave_with_the_last(harness.config.home, crew.stop)
    waiting = sum(states.get("ready", 0) + states.get("leased", 0) for states in harness.spool.depth().values())
    with at_work(harness.config.home), bar("pairs", total=waiting if until_empty else None) as progress:
        tally = crew.run(until_empty=until_empty, on_change=lambda now: progress.reach(now.filed))
    harness.carry_moves()
    click.echo(f"{_told(tally)}; {money.usd(harness.purse.spent):.4f} USD spent.")
    if until_empty:
        need_room(harness.config.home)
    if tally.buried:
        click.echo("`shadow spool list` says why they were given up, `shadow spool revive` tries them again.", err=True)
    in_vain = tally.filed == tally.unanswered and (tally.filed or tally.buried)
    sys.exit(1 if in_vain else 0)


def _told(tally: "Tally") -> str:
    shed = f", {tally.shed} shed over budget" if tally.shed else ""
    left = f" ({tally.unanswered} not compared: a model could not be asked)" if tally.unanswered else ""
    late = f", {tally.late} given up after a day of waiting" if tally.late else ""
    return f"{tally.filed} pairs filed{left}, {tally.waiting} waits for a provider, {tally.buried} given up{shed}{late}"
