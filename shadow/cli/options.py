"""What several verbs share: their options, logging, and how a harness is opened."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from shadow.harness import Harness


def config_option(verb: Callable[..., Any]) -> Callable[..., Any]:
    """--config FILE."""
    return click.option(
        "--config",
        type=click.Path(dir_okay=False),
        help="Config file. Default: $SHADOW_CONFIG, else ./config.toml.",
    )(verb)


def migration_option(verb: Callable[..., Any]) -> Callable[..., Any]:
    """--migration NAME."""
    return click.option("--migration", metavar="NAME", help="Which migration; needed when there are several.")(verb)


def json_option(verb: Callable[..., Any]) -> Callable[..., Any]:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")(verb)


def opened(config: str | None) -> "Harness":
    """The harness of a config file. Raises `ConfigError`."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    # google-genai and its transport log requests at INFO; warnings of theirs are not the user's business.
    logging.getLogger("google_genai").setLevel(logging.ERROR)
    from shadow.config import load
    from shadow.harness import Harness

    return Harness(load(config))
