"""The verbs. Each is a module of this room, imported when it is called, so that `shadow --help` starts at once."""

import importlib
import os
import sys
from typing import Any, NamedTuple

import click

from shadow.errors import ShadowError

INTERRUPTED = 130
TRACEBACK = "SHADOW_TRACEBACK"
"""Set in the environment, what nobody thought of is shown in full."""


class Verb(NamedTuple):
    """A verb as `--help` shows it."""

    name: str
    help: str


SECTIONS: tuple[tuple[str, tuple[Verb, ...]], ...] = (
    (
        "Try it",
        (
            Verb("init", "Write a commented config.toml, with what the margins mean in days and money."),
            Verb("doctor", "Look whether key, models, disk, databases and clock are fit."),
            Verb("demo", "The whole job offline on the emulator, ending with a verdict and a report."),
            Verb("emulator", "Serve the Gemini API offline."),
        ),
    ),
    (
        "Collect evidence",
        (
            Verb("run", "Send a file of briefs through the wrapped live client."),
            Verb("proxy", "Pass HTTP on to the Gemini API and capture, for any language."),
            Verb("work", "Ask the other arm, gate both outcomes, file the pairs."),
            Verb("status", "What waits, what is filed, who serves."),
            Verb("spool", "List what was given up; try it again, or drop it."),
        ),
    ),
    (
        "Decide",
        (
            Verb("plan", "Pairs, days and money until GO or ROLLBACK, and when GO is impossible."),
            Verb("baseline", "Freeze the incumbent's scores into cuts, or show them."),
            Verb("verdict", "GO (exit 0), HOLD (3) or ROLLBACK (4), with every reason."),
            Verb("judge", "Hold the judge against people: may it be trusted?"),
            Verb("accept", "Accept that the look of the pictures has shifted."),
            Verb("report", "One self-contained file with the evidence: a page, JSON, or a comment."),
            Verb("export", "Every pair as a Parquet or CSV table for any other tool."),
        ),
    ),
    ("Move traffic", (Verb("cutover", "Let the verdict move live traffic, step by step; approve, hold, roll back."),)),
)
VERBS = {verb.name: verb for _, verbs in SECTIONS for verb in verbs}


class Shadow(click.Group):
    """The root command: finds a verb by name and imports it then."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order of the sections."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's own command."""
        del ctx
        if cmd_name not in VERBS:
            return None
        command: click.Command = getattr(importlib.import_module(f"shadow.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs by what people want to do, without importing any of them."""
        del ctx
        for title, verbs in SECTIONS:
            with formatter.section(title):
                formatter.write_dl([(verb.name, verb.help) for verb in verbs])


def _width() -> int:
    """Columns of help as click would choose them; click itself loads the compression modules to look that up."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (ValueError, OSError):  # no number, or no terminal
        columns = 80
    return max(min(columns, 80) - 2, 50)


@click.command(
    cls=Shadow,
    epilog="Exit codes: 0 yes, GO, done; 1 harness error; 2 usage, unreadable input; 3 HOLD; 4 ROLLBACK; 5 waiting.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": _width()},
)
@click.version_option(package_name="shadow-harness", prog_name="shadow")
def root() -> None:
    """Compare a live image model with its successor on real briefs, and cut over on evidence."""


def main(arguments: list[str] | None = None) -> None:
    """Run a verb and exit with its code. An error is one message that says what to do, never a traceback."""
    try:
        code: Any = root.main(args=arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(INTERRUPTED)
    except ShadowError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # `shadow verdict | head`: nobody reads on, which is not our failure
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:  # a full disk, a folder without rights: the file and the system's word for it say enough
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"Error: {where}{error.strerror or error}.", err=True)
        sys.exit(1)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        click.echo(_unexpected(error), err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _unexpected(error: Exception) -> str:
    """What nobody thought of, in a sentence that helps to mend it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno})" if trace else ""
    said = " ".join(str(error).split())[:300] or "no more is said"
    return (
        f"Error: {type(error).__name__}: {said}{place}. This is a mistake in Shadow, not yours; nothing that was "
        f"accepted is lost. {TRACEBACK}=1 before the verb shows all of it, for a report of the mistake."
    )
