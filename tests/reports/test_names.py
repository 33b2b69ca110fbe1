"""What the harness calls things, and what a person reads."""

from reports.names import GUARDS, KINDS, LAYERS, LOSSES, METRICS, ROLES, cause, named, readable


def test_every_listed_name_has_a_label_that_is_not_the_code() -> None:
    """A listed name is shown in words: a capital first, no underscore."""
    for names in (GUARDS, METRICS, LAYERS, KINDS, ROLES, LOSSES):
        for code in names:
            label = named(names, code).label
            assert label[0].isupper()
            assert "_" not in label


def test_an_unlisted_name_is_made_readable() -> None:
    """A new metric appears without a line here, and its text is bounded."""
    assert named(METRICS, "tail_rate").label == "Tail rate"
    assert len(readable("x" * 500)) == 61
    assert readable("") == "(no name)"


def test_a_cause_keeps_its_label_and_says_what_it_means() -> None:
    """The API's own word stays, so that it can be searched for."""
    assert cause("IMAGE_SAFETY") == "IMAGE_SAFETY: picture withheld as unsafe"
    assert cause("429 RESOURCE_EXHAUSTED") == "429 RESOURCE_EXHAUSTED: over quota"
    assert cause("something new") == "something new"
    assert cause("") == "(no label)"
