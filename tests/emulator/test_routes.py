"""Paths of the API."""

import pytest

from shadow.emulator.routes import parse_target


@pytest.mark.parametrize(
    ("target", "version", "model", "method"),
    [
        ("/v1/models/m:generateContent", "v1", "m", "generateContent"),
        ("/v1beta/models/m:streamGenerateContent?alt=sse", "v1beta", "m", "streamGenerateContent"),
        ("/v1alpha/models/gemini-3.1-flash-image", "v1alpha", "gemini-3.1-flash-image", "get"),
        ("/v1/models?pageSize=5", "v1", "", "list"),
        ("/proxy/gemini/v1/models/m:countTokens", "v1", "m", "countTokens"),
        ("/models/m:generateContent", "v1", "m", "generateContent"),
        ("/v1/models/m%3AgenerateContent", "v1", "m", "generateContent"),
    ],
)
def test_paths_are_taken_apart(target: str, version: str, model: str, method: str) -> None:
    """All three versions, none at all, and any prefix before them."""
    route = parse_target(target)
    assert route is not None
    assert (route.version, route.model, route.method) == (version, model, method)


def test_the_query_is_kept() -> None:
    """Query parameters come by name."""
    route = parse_target("/v1/models/m:streamGenerateContent?alt=sse&key=k")
    assert route is not None
    assert route.query == {"alt": "sse", "key": "k"}


@pytest.mark.parametrize("target", ["/", "/v1/files/x", "/v1/models/m/extra", "/v2x/batches"])
def test_other_paths_have_no_route(target: str) -> None:
    """What the emulator does not serve is told apart."""
    assert parse_target(target) is None
