"""Who may ask, whom it may ask."""

import pytest
from proxied import Scene, answering, http

from shadow.errors import ConfigError
from shadow.proxy.guards import address_of, is_loopback, token_of, upstream_of
from shadow.settings import ProxySettings

OK = http(b"{}")


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:8788", "[::1]:8788", "127.9.9.9:1"])
def test_loopback_needs_no_token(listen: str) -> None:
    """Only this machine reaches it."""
    assert is_loopback(address_of(listen).host)
    assert token_of(ProxySettings(listen=listen), opened=False, environment={}) == ""


@pytest.mark.parametrize("listen", ["0.0.0.0:8788", "[::]:8788", "10.0.0.1:1", "proxy.internal:80"])
def test_any_other_address_needs_a_token_or_a_word(listen: str) -> None:
    """The sentence says which two ways there are."""
    settings = ProxySettings(listen=listen)
    with pytest.raises(ConfigError, match=r"token_env.*--open"):
        token_of(settings, opened=False, environment={})
    assert token_of(settings, opened=True, environment={}) == ""
    named = settings.model_copy(update={"token_env": "T"})
    assert token_of(named, opened=False, environment={"T": "secret"}) == "secret"
    with pytest.raises(ConfigError, match="'T': no such environment variable"):
        token_of(named, opened=True, environment={})


@pytest.mark.parametrize("listen", ["8788", "host", "host:", ":80", "host:99999", "host:x"])
def test_an_address_that_is_none_is_named(listen: str) -> None:
    """With an example."""
    with pytest.raises(ConfigError, match="is no HOST:PORT"):
        address_of(listen)


@pytest.mark.parametrize(
    "address", ["", "ftp://x", "//x", "https://", "https://u:p@x", "https://x?q", "https://x#f", "x.com"]
)
def test_an_upstream_that_is_none_is_named(address: str) -> None:
    """With an example."""
    with pytest.raises(ConfigError, match="is no address such as"):
        upstream_of(address)


def asking(*headers: str, path: str = "/v1/models") -> bytes:
    """A request with these headers."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: h", *headers, "", ""]).encode()


def test_a_token_is_asked_for_and_goes_no_further(proxied: object) -> None:
    """401 without it or with another; health and readiness are free; the upstream never sees it."""
    scene: Scene = proxied(answering(OK), token="t0ken")  # type: ignore[operator]  # noqa: S106 - of this test alone
    for request in (
        asking(),
        asking("X-Shadow-Token: t0ke"),
        asking("X-Shadow-Token: \xe9"),
        asking(path="/-/metrics"),
    ):
        assert scene.ask(request).split(b" ")[1] == b"401"
    assert scene.upstream.requests == []
    assert scene.ask(asking("X-Shadow-Token: t0ken")) == OK
    assert b"t0ken" not in scene.upstream.requests[0]
    assert scene.ask(asking(path="/-/health")).startswith(b"HTTP/1.1 200 ")
    assert scene.ask(asking("Authorization: Bearer t0ken", path="/-/metrics")).startswith(b"HTTP/1.1 200 ")


def test_the_upstream_is_one_of_a_list(proxied: object) -> None:
    """The first is the usual one; another of the list may be named; any other is refused."""
    from proxied import Upstream

    other = Upstream(answering(http(b"other")))
    scene: Scene = proxied(answering(OK), more=[other.url])  # type: ignore[operator]
    assert scene.ask(asking()) == OK
    assert scene.ask(asking(f"X-Shadow-Upstream: {other.url}/")) == http(b"other")
    assert scene.ask(asking("X-Shadow-Upstream: http://169.254.169.254")).split(b" ")[1] == b"403"
    assert scene.ask(asking(f"X-Shadow-Upstream: {other.url}.evil.example")).split(b" ")[1] == b"403"
    other.close()
