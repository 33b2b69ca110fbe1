"""The brief as a value."""

from hypothesis import given
from hypothesis import strategies as st

from shadow.brief import Brief, FileReference, Picture, Text, canonical

SETTINGS = {"image_config": {"aspect_ratio": "16:9", "image_size": "1K"}, "seed": 7}


def brief(text: str = "a lighthouse", **settings: object) -> Brief:
    """A brief of one text."""
    return Brief(parts=(Text(text=text),), settings_json=canonical(settings))


def test_the_seed_does_not_name_the_brief() -> None:
    """Two draws with different seeds are draws for the same brief."""
    assert brief(seed=1).digest() == brief(seed=2).digest() == brief().digest()


def test_words_settings_and_references_name_the_brief() -> None:
    """Whatever changes what is asked changes the digest."""
    reference = Picture(digest="0" * 64, mime="image/png")
    named = {
        brief().digest(),
        brief("a light house").digest(),
        brief(image_config={"aspect_ratio": "1:1"}).digest(),
        Brief(parts=(Text(text="a lighthouse"), reference)).digest(),
        Brief(parts=(reference, Text(text="a lighthouse"))).digest(),
    }
    assert len(named) == 5


def test_what_was_asked_of_the_picture_is_read_from_the_settings() -> None:
    """Aspect ratio and size come from image_config, and are None where nothing was asked."""
    asked = Brief(parts=(Text(text="x"),), settings_json=canonical(SETTINGS))
    assert (asked.aspect_ratio, asked.image_size) == ("16:9", "1K")
    assert (brief().aspect_ratio, brief().image_size) == (None, None)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), st.dictionaries(st.text(max_size=8), st.integers()))
def test_a_brief_survives_its_record(texts: list[str], settings: dict[str, int]) -> None:
    """to_record and from_record are inverse, whatever the words."""
    parts = (*(Text(text=text) for text in texts), FileReference(uri="files/1", mime=""))
    original = Brief(parts=parts, settings_json=canonical(settings))
    assert Brief.from_record(original.to_record()) == original


def test_half_a_surrogate_pair_has_a_name_too() -> None:
    """Words that no encoding knows must not stop a batch."""
    assert len(brief("\ud83e").digest()) == 64
