"""A study as one HTML page that needs nothing else: no network, no script, no file beside it."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.results import Study
from reports.context import context


def render(study: Study, *, picture: Callable[[str], bytes | None]) -> str:
    """The page. `picture` gives the bytes of a picture by its sha256, or None where it is no longer stored.

    The same study and pictures give the same text. Nothing that a stranger wrote can become markup: autoescape is on
    for every template, and only SVG drawn here is marked as safe.
    """
    return environment().get_template("report.html.j2").render(report=context(study, picture=picture))


def environment() -> Environment:
    """The template environment: everything escaped, an unknown name an error."""
    return Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
