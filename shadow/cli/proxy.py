"""shadow proxy."""

import importlib.util

import click

from shadow.cli.options import config_option
from shadow.errors import ConfigError

EXTRA = ("aiohttp", "msgspec", "prometheus_client", "pybase64")
"""What the extra `proxy` brings."""


@click.command()
@config_option
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; port 0: a free one. Default: [proxy] listen.")
@click.option(
    "--upstream",
    "upstreams",
    multiple=True,
    metavar="URL",
    help="Whom to ask; may be given again, the first is the usual one. Default: [proxy] upstreams.",
)
@click.option(
    "--open", "opened", is_flag=True, help="Serve without a token on an address that others reach: a closed network."
)
def proxy(config: str | None, listen: str | None, upstreams: tuple[str, ...], opened: bool) -> None:
    """Pass HTTP through to the Gemini API, capture image generations, ask the arm that is assigned.

    Point any client at it: GOOGLE_GEMINI_BASE_URL, http_options.base_url, or the base URL of another library. SIGTERM
    or Ctrl-C lets the calls under way end and puts what was seen into the spool; a second one ends them at once. The
    other arm is asked by `shadow work`, in a process of its own.

    \b
    Examples:
      shadow proxy                                  on 127.0.0.1:8788, to the Gemini API
      shadow proxy --upstream http://127.0.0.1:8787 to the emulator
      shadow proxy --listen 0.0.0.0:8788 --open     in a network that lets in nobody else
    """
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        msg = f"`shadow proxy` needs {', '.join(missing)}: pip install 'shadow-harness[proxy]'."
        raise ConfigError(msg)
    from shadow.config import load
    from shadow.proxy.guards import address_of, token_of, upstream_of
    from shadow.proxy.listening import Place, Proxy, serve
    from shadow.proxy.log import follow

    read = load(config)
    settings = read.proxy.model_copy(update={"listen": listen or read.proxy.listen})
    place = Place(
        address=address_of(settings.listen),
        upstreams=[upstream_of(item) for item in upstreams or settings.upstreams],
        token=token_of(settings, opened=opened),
    )
    follow()
    made = Proxy(read, place)
    asked = ", ".join(place.upstreams)
    serve(made, announce=lambda url: click.echo(f"Passing on from {url} to {asked} (Ctrl-C ends it)."))
