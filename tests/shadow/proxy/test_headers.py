"""Which headers go on, and what a caller says to us."""

import pytest

from shadow.capture import Labels
from shadow.proxy.headers import UnspeakableError, answer_headers, labels_of, said, upstream_headers


def test_what_connection_names_stays_but_never_the_framing() -> None:
    """Naming Content-Length of one hop must not hide where a message ends."""
    kept = upstream_headers([(b"Connection", b"X-A, Content-Length"), (b"X-A", b"1"), (b"Content-Length", b"2")])
    assert list(kept.items()) == [("Content-Length", "2")]


def test_ours_are_taken_from_requests_alone() -> None:
    """An answer may carry what it likes."""
    assert not upstream_headers([(b"x-shadow-anything", b"1")])
    assert answer_headers([(b"x-shadow-anything", b"1")])


def test_bytes_that_are_no_words_are_refused() -> None:
    """The library would drop them; half a header is no header."""
    with pytest.raises(UnspeakableError):
        upstream_headers([(b"X", b"\xff")])


@pytest.mark.parametrize(
    ("tags", "labels"),
    [
        (
            "segment=sky, cluster=c1,campaign=spring",
            Labels(key="u", segment="sky", cluster="c1", tags={"campaign": "spring"}),
        ),
        ('{"segment": "a,b=c", "n": 1}', Labels(key="u", segment="a,b=c", tags={"n": "1"})),
        ("nonsense,=x", Labels(key="u")),
        ("{half", Labels(key="u")),
        ("", Labels(key="u")),
    ],
)
def test_tags_are_pairs_or_json(tags: str, labels: Labels) -> None:
    """What cannot be read is no tag; nothing raises."""
    assert labels_of("u", tags) == labels


def test_a_caller_that_says_nothing_has_no_labels() -> None:
    """And asks for nothing."""
    assert said({}) == (Labels(), False, "", "")
