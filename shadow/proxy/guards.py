"""Who may ask, whom it may ask, and how much: decided before anything is read of a body."""

import hmac
import ipaddress
import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from aiohttp import web

from shadow.errors import ConfigError
from shadow.proxy.headers import TOKEN, UPSTREAM, Said
from shadow.proxy.routes import PAGES
from shadow.settings import ProxySettings

MEGABYTE = 1_000_000


class Refusal(NamedTuple):
    """An answer of the proxy's own, in the shape of the API's errors."""

    code: int
    status: str
    message: str

    def body(self) -> dict[str, object]:
        """The JSON of the answer."""
        return {"error": {"code": self.code, "message": f"Shadow proxy: {self.message}", "status": self.status}}


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int


def address_of(listen: str) -> Address:
    """HOST:PORT taken apart. Raises `ConfigError`."""
    host, _, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or int(port) > 65535:
        msg = f"[proxy] listen = {listen!r} is no HOST:PORT, such as 127.0.0.1:8788 or [::1]:8788."
        raise ConfigError(msg)
    return Address(host, int(port))


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def token_of(settings: ProxySettings, *, opened: bool, environment: Mapping[str, str] = os.environ) -> str:
    """The token that callers must send; empty where none is asked for. Raises `ConfigError`.

    An address that others reach needs a token, or the word of the operator (`opened`) that none is wanted.
    """
    token = environment.get(settings.token_env, "") if settings.token_env else ""
    if settings.token_env and not token:
        msg = f"[proxy] token_env = {settings.token_env!r}: no such environment variable is set. Set it to the token."
        raise ConfigError(msg)
    if not token and not opened and not is_loopback(address_of(settings.listen).host):
        msg = (
            f"[proxy] listen = {settings.listen!r}: others than this machine reach it. Name a token with token_env, or "
            "pass --open where the network lets in nobody else."
        )
        raise ConfigError(msg)
    return token


def upstream_of(address: str) -> str:
    """An upstream as the start of an URL, without a slash at its end. Raises `ConfigError`."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or "@" in address:
        msg = f"[proxy] upstreams: {address!r} is no address such as https://generativelanguage.googleapis.com."
        raise ConfigError(msg)
    return address.rstrip("/")


class Guards:
    """What every request passes before it is looked at."""

    def __init__(self, *, token: str, upstreams: Sequence[str], body_megabytes: float) -> None:
        """`upstreams` as `upstream_of` gives them, the usual one first."""
        self._token = token.encode()
        self._upstreams = {item.lower(): item for item in upstreams}
        self._usual = upstreams[0]
        self.body_bytes = int(body_megabytes * MEGABYTE)

    def refusal(self, request: web.Request, said: Said) -> Refusal | None:
        """Why this request is not served, or None."""
        raw = request.raw_path
        if not raw.startswith("/") or "#" in raw or request.method == "CONNECT":
            return Refusal(400, "INVALID_ARGUMENT", "only paths are asked for here; it is no forward proxy.")
        if not self._knows(request, said):
            return Refusal(401, "UNAUTHENTICATED", f"the header {TOKEN} is missing or wrong.")
        if self.upstream(said) is None:
            return Refusal(403, "PERMISSION_DENIED", f"{UPSTREAM} names none of the addresses in [proxy] upstreams.")
        if (request.content_length or 0) > self.body_bytes:
            return self.too_large()
        return None

    def upstream(self, said: Said) -> str | None:
        """The upstream that the caller names, the usual one where it names none; None where it may not be asked."""
        return self._upstreams.get(said.upstream.rstrip("/").lower()) if said.upstream else self._usual

    def too_large(self) -> Refusal:
        """The body is larger than allowed."""
        limit = self.body_bytes / MEGABYTE
        return Refusal(413, "INVALID_ARGUMENT", f"the body is larger than [proxy] body_megabytes = {limit:g}.")

    def _knows(self, request: web.Request, said: Said) -> bool:
        if not self._token or request.raw_path in {f"{PAGES}health", f"{PAGES}ready"}:
            return True
        given = said.token
        if not given and request.raw_path.startswith(PAGES):  # Prometheus can send this one
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), self._token)
