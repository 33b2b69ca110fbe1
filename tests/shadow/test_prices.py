"""What a call costs."""

from datetime import date
from pathlib import Path

import pytest

from shadow.brief import Brief, Picture, Text, canonical
from shadow.errors import ConfigError
from shadow.prices import JUDGE_FRAME, NANO, PRICES, Step, Tariff, Usage, cost, price_list, priced_models
from shadow.settings import Config, GateSettings, MigrationSettings, PriceSettings

ROOT = Path(__file__).parents[2]
PRO = PRICES["gemini-3-pro-image"]
SAID = {"as_of": date(2026, 11, 23), "source": "a test"}
TARIFF = Tariff(prices=PRICES, gate=GateSettings())


def brief(text: str = "a fox", **settings: object) -> Brief:
    """A brief with these generation settings."""
    return Brief(parts=(Text(text=text),), settings_json=canonical(settings))


def test_every_price_that_ships_has_its_day_and_its_source_and_stands_in_the_docs() -> None:
    """Nobody has to believe a number: where it was read, and when; what is doubtful is marked."""
    page = (ROOT / "docs" / "money.md").read_text()
    for model, price in PRICES.items():
        assert date(2026, 1, 1) <= price.as_of <= date(2026, 11, 23)
        assert len(price.source) > 10
        assert f"`{model}`" in page
        rows = [line for line in page.splitlines() if line.startswith(f"| `{model}` ")]
        assert len(rows) == 1
        assert str(price.as_of) in rows[0]
        assert ("uncertain" in rows[0]) == price.uncertain


def test_tokens_cost_what_the_table_says() -> None:
    """1120 tokens of a picture at 120 USD a million, 250 of thoughts at 12, 40 of words at 2."""
    usage = Usage(input_tokens=40, output_tokens=250, image_tokens=1120, images=1)
    assert cost(PRO, usage) == round((40 * 2 + 250 * 12 + 1120 * 120) * NANO / 1e6)
    assert cost(PRO, Usage()) == 0


@pytest.mark.parametrize(
    ("size", "tier", "usd"),
    [("1K", "", 0.134), ("4K", "", 0.24), ("8K", "", 0.24), ("1K", "priority", 0.268), ("2K", "flex", 0.067)],
)
def test_a_picture_without_counted_tokens_costs_its_size(size: str, tier: str, usd: float) -> None:
    """By the price of one picture; an unknown size is the dearest; the tier multiplies."""
    assert cost(PRO, Usage(images=1), size=size, tier=tier) == round(usd * NANO)


def test_a_picture_priced_by_tokens_alone_is_estimated_by_its_size() -> None:
    """Where no price of a picture is said, its usual tokens count."""
    price = PriceSettings(**SAID, input=0.0, output=0.0, image=10.0)
    assert cost(price, Usage(images=1), size="1K") == round(1120 * 10 * NANO / 1e6)
    assert cost(price, Usage(images=1), size="16K") == round(2520 * 10 * NANO / 1e6)


def test_a_picture_priced_by_the_piece_alone_costs_that_whatever_was_counted() -> None:
    """No price by tokens: the piece, and words for nothing."""
    price = PriceSettings(**SAID, per_image={"1K": 0.05})
    assert cost(price, Usage(input_tokens=900, image_tokens=1120, images=1)) == round(0.05 * NANO)


def test_what_has_no_price_of_its_own_costs_as_much_as_the_dearest() -> None:
    """A forgotten price makes a budget tighter, never looser."""
    price = PriceSettings(**SAID, input=1.0, image=50.0)
    assert cost(price, Usage(output_tokens=10)) == round(10 * 50 * NANO / 1e6)
    assert cost(price, Usage(picture_tokens=10)) == round(10 * 1 * NANO / 1e6)


def test_an_estimate_is_more_than_an_ordinary_call_costs() -> None:
    """What is reserved covers what such calls were seen to be billed for."""
    picture = Usage(input_tokens=60, output_tokens=300, image_tokens=1120, images=1)
    asked = brief("a fox in the snow, " * 6)
    assert TARIFF.generation(asked, "gemini-3-pro-image") > cost(PRO, picture)
    judged = Usage(input_tokens=250, picture_tokens=560, output_tokens=400)
    assert TARIFF.judgement("gemini-3.5-flash", characters=900) > cost(PRICES["gemini-3.5-flash"], judged)
    embedded = Usage(input_tokens=30, picture_tokens=267)
    price = PRICES["gemini-embedding-2"]
    assert TARIFF.embedding("gemini-embedding-2", characters=120, pictures=1) > cost(price, embedded)


def test_an_estimate_grows_with_what_is_asked() -> None:
    """Size, references, tier and number of pictures."""
    one = TARIFF.generation(brief(), "gemini-3-pro-image")
    assert TARIFF.generation(brief(image_config={"image_size": "4K"}), "gemini-3-pro-image") > one + 0.1 * NANO
    assert TARIFF.generation(brief(service_tier="priority"), "gemini-3-pro-image") > 1.9 * one
    assert TARIFF.generation(brief(candidate_count=2), "gemini-3-pro-image") > one + 0.13 * NANO
    referring = Brief(parts=(*brief().parts, Picture(digest="0" * 64, mime="image/png")))
    assert TARIFF.generation(referring, "gemini-3-pro-image") > one


def test_a_pair_costs_one_picture_and_the_gate_for_two() -> None:
    """By model and step; layers that are not walked cost nothing."""
    parts = TARIFF.pair(brief(), "gemini-3-pro-image")
    characters = len("a fox") + len(GateSettings().judge.rubric) + JUDGE_FRAME
    assert parts == {
        ("gemini-3-pro-image", Step.IMAGE): TARIFF.generation(brief(), "gemini-3-pro-image"),
        ("gemini-embedding-2", Step.EMBEDDING): 2 * TARIFF.embedding("gemini-embedding-2", characters=5, pictures=1),
        ("gemini-3.5-flash", Step.JUDGEMENT): 2 * TARIFF.judgement("gemini-3.5-flash", characters=characters),
    }
    bare = Tariff(prices=PRICES, gate=GateSettings(layers=("properties",)))
    assert set(bare.pair(brief(), "gemini-3-pro-image")) == {("gemini-3-pro-image", Step.IMAGE)}


def test_a_free_provider_costs_nothing_and_an_unknown_model_is_not_asked() -> None:
    """Nothing is ever booked at a price nobody knows."""
    assert Tariff(prices=None, gate=GateSettings()).generation(brief(), "whatever") == 0
    with pytest.raises(ConfigError, match="'whatever' has no price"):
        TARIFF.generation(brief(), "whatever")


def test_every_model_that_may_be_asked_is_listed_with_its_place() -> None:
    """Both arms and the layers' models; nothing of a free provider."""
    paid = MigrationSettings(incumbent="a", candidate="b")
    free = MigrationSettings(incumbent="c", candidate="d", provider="replay")
    listed = list(priced_models(Config(migration={"one": paid, "two": free})))
    assert [model for _, model in listed] == ["a", "b", "gemini-embedding-2", "gemini-3.5-flash"]
    assert [place for place, _ in listed] == ["migration.one", "migration.one", "gate.similarity", "gate.judge"]
    assert price_list({})["gemini-3-pro-image"] is PRO
