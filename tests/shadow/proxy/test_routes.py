"""What a request target means."""

import pytest

from shadow.proxy.routes import Kind, target_of

M = "gemini-3-pro-image"


@pytest.mark.parametrize(
    "before",
    [
        "/v1/models/",
        "/v1beta/models/",
        "/v1alpha/models/",
        "/models/",
        "/gateway/team/v1beta/models/",
        "/v1beta1/publishers/google/models/",
        "/v1/projects/p/locations/us-central1/publishers/google/models/",
    ],
)
@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("generateContent", Kind.GENERATE),
        ("streamGenerateContent", Kind.STREAM),
        ("batchGenerateContent", Kind.UNSEEN),
        ("predict", Kind.UNSEEN),
        ("countTokens", Kind.OTHER),
    ],
)
@pytest.mark.parametrize("rest", ["", "?alt=sse", "?key=a:b/models/c"])
def test_every_form_of_the_path_is_known(before: str, method: str, kind: Kind, rest: str) -> None:
    """Each version, the Vertex form and a gateway's prefix; the model alone is replaced."""
    target = target_of("POST", f"{before}{M}:{method}{rest}")
    assert (target.kind, target.model, target.method) == (kind, M, method)
    assert target.of_model("other") == f"{before}other:{method}{rest}"


def test_an_escaped_colon_is_a_colon() -> None:
    """Some clients escape it; it stays escaped."""
    target = target_of("POST", f"/v1/models/{M}%3AgenerateContent")
    assert (target.kind, target.model) == (Kind.GENERATE, M)
    assert target.of_model("o") == "/v1/models/o%3AgenerateContent"


@pytest.mark.parametrize(
    "raw", ["/v1/interactions", "/v1beta/interactions?x=1", "/interactions/", "/g/v1/interactions"]
)
def test_interactions_name_their_model_in_the_body(raw: str) -> None:
    """The path alone says nothing of it."""
    assert target_of("POST", raw)[1:4] == (Kind.INTERACTION, "", "interactions")


@pytest.mark.parametrize(
    ("method", "raw"),
    [
        ("GET", f"/v1/models/{M}:generateContent"),
        ("POST", "/v1/models/"),
        ("POST", "/v1/models/:generateContent"),
        ("POST", f"/v1/tunedModels/{M}:generateContent"),
        ("POST", f"/v1/models/{M}/operations:generateContent"),
        ("POST", "/v1/interactions/v1_id:cancel"),
        ("GET", "/v1/interactions"),
        ("POST", "/upload/v1/files"),
        ("POST", "/"),
        ("POST", "*"),
        ("POST", f"/v1/x?y=/models/{M}:generateContent"),
    ],
)
def test_everything_else_is_other(method: str, raw: str) -> None:
    """And goes on as it came."""
    target = target_of(method, raw)
    assert target.kind is Kind.OTHER
    assert target.raw == raw
