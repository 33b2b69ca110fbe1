"""A study as one HTML page that needs nothing else: no network, no script, no file beside it."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.results import Study
from reports.context import context
from reports.redaction import REDACTED, redacted


def render(study: Study, *, picture: Callable[[str], bytes | None], redact: bool = False) -> str:
    """The page. `picture` gives the bytes of a picture by its sha256, or None where it is no longer stored.

    `redact` leaves out what a brief, a picture or a person said, and says so on the page.

    The same study and pictures give the same text. Nothing that a stranger wrote can become markup: autoescape is on
    for every template, and only SVG drawn here is marked as safe.
    """
    shown = redacted(study) if redact else study
    told = context(shown, picture=picture, redacted=REDACTED if redact else "")
    return environment().get_template("report.html.j2").render(report=told)


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
