"""Reading config.toml."""

import math
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from shadow.config import load, parse
from shadow.errors import ConfigError
from shadow.prices import PRICES, price_list
from shadow.settings import Config, MigrationSettings, PriceSettings

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
PRO = {"incumbent": "gemini-3-pro-image-preview", "candidate": "gemini-3-pro-image"}


def parsed(**blocks: Any) -> Config:
    """A config with one migration and these blocks."""
    return parse({"migration": {"pro": PRO}, **blocks}, Path("config.toml"))


def test_the_shipped_file_says_the_defaults() -> None:
    """config.toml in the repository reads, and every value in it is the default it claims to be."""
    shipped = load(ROOT / "config.toml")
    rubric = shipped.gate.judge.rubric
    assert shipped.model_dump(exclude={"migration", "gate"}) == Config().model_dump(exclude={"migration", "gate"})
    assert shipped.gate.judge.model_copy(update={"rubric": rubric.strip()}) == Config().gate.judge
    assert shipped.gate.model_copy(update={"judge": Config().gate.judge}) == Config().gate


def test_every_key_stands_in_the_shipped_file() -> None:
    """A setting that nobody can find in config.toml does not exist for its users."""
    text = (ROOT / "config.toml").read_text()
    raw = tomllib.loads(text)
    missing = [f"migration.{key}" for key in MigrationSettings.model_fields if key not in text]
    prices = text[text.index("[prices]") :]
    missing += [f"prices.{key}" for key in PriceSettings.model_fields if f"# {key} = " not in prices]
    blocks: list[tuple[str, type[BaseModel], dict[str, Any]]] = [
        (name, type(value), raw.get(name, {})) for name, value in Config() if isinstance(value, BaseModel)
    ]
    for place, model, found in blocks:
        for key, field in model.model_fields.items():
            if key not in found:
                missing.append(f"{place}.{key}")
            elif isinstance(field.default, BaseModel):
                blocks.append((f"{place}.{key}", type(field.default), found[key]))
    assert not missing


def test_every_setting_says_what_it_is() -> None:
    """Each field carries a description that documentation can show."""
    nameless = [
        key
        for model in (MigrationSettings, PriceSettings)
        for key, field in model.model_fields.items()
        if not field.description
    ]
    for _, block in Config():
        if isinstance(block, BaseModel):
            nameless += [
                key
                for key, field in type(block).model_fields.items()
                if not field.description and not isinstance(field.default, BaseModel)
            ]
    assert not nameless


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ({"gat": {}}, ["unknown key 'gat'", "Did you mean 'gate'?"]),
        ({"gate": {"properties": {"max_pixel": 3}}}, ["[gate.properties]", "'max_pixel'", "max_pixels", "max_bytes"]),
        ({"verdict": {"alpha_go": 2}}, ["[verdict] alpha_go = 2", "less than 0.5"]),
        ({"verdict": {"min_pairs": "many"}}, ["[verdict] min_pairs = 'many'"]),
        ({"migration": {"pro": {"incumbent": "a"}}}, ["[migration.pro]", "'candidate' is missing"]),
        ({"migration": {"pro": {**PRO, "candidat": "x"}}}, ["[migration.pro]", "Did you mean 'candidate'?"]),
        ({"migration": {"pro": {**PRO, "candidate": PRO["incumbent"]}}}, ["are both", PRO["incumbent"]]),
        ({"migration": {"a": PRO, "b": PRO}}, ["[migration.b]", "[migration.a]", "serving = false"]),
        ({"migration": {}}, ["no [migration.NAME] block"]),
        ({"migration": {"pro": {**PRO, "candidate": "new-1"}}}, ["[migration.pro] 'new-1' has no price", "as_of"]),
        ({"gate": {"judge": {"model": "j-2"}}}, ["[gate.judge] 'j-2' has no price", '[prices."j-2"]']),
        ({"gate": {"similarity": {"model": "e-2"}}}, ["[gate.similarity] 'e-2' has no price"]),
        ({"prices": {"m": {"source": "s", "input": 1}}}, ["[prices.m] 'as_of' is missing"]),
        ({"prices": {"m": {"as_of": TODAY, "input": 1}}}, ["[prices.m] 'source' is missing"]),
        ({"prices": {"m": {"as_of": TODAY, "source": "s"}}}, ["says no price"]),
        ({"prices": {"m": {"as_of": TODAY, "source": "s", "imput": 1}}}, ["Did you mean 'input'?", "per_image"]),
        ({"budget": {"usd_a_day": 3}}, ["Did you mean 'usd_per_day'?"]),
        ({"budget": {"usd_total": -1}}, ["[budget] usd_total = -1"]),
        ({"budget": {"usd_per_day": math.nan}}, ["[budget] usd_per_day = nan"]),
        ({"worker": {"max_per_minute": {"m": 0}}}, ["[worker.max_per_minute] m = 0"]),
        ({"worker": {"max_per_minute": {"gemini-3-pro-imag": 5}}}, ["Did you mean 'gemini-3-pro-image'?"]),
        ({"folder": "x"}, ["unknown key 'folder'"]),
    ],
)
def test_a_mistake_is_named_with_what_is_legal(blocks: dict[str, Any], words: list[str]) -> None:
    """The message names the file, the key, the value and the legal ones, nearest first."""
    with pytest.raises(ConfigError) as caught:
        parsed(**blocks)
    for word in ["config.toml", *words]:
        assert word in str(caught.value)


def test_broken_toml_names_the_place(tmp_path: Path) -> None:
    """A syntax error says which file and where."""
    path = tmp_path / "config.toml"
    path.write_text("[gate\n")
    with pytest.raises(ConfigError, match=r"cannot be read as TOML.*line 1"):
        load(path)


def test_a_missing_file_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file the message names the ways to point at one, and the verb that makes one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHADOW_CONFIG", raising=False)
    with pytest.raises(ConfigError, match=r"--config FILE, set SHADOW_CONFIG, or make one with `shadow init`"):
        load()


def test_the_home_is_relative_to_the_file(tmp_path: Path) -> None:
    """The same home whatever folder a process was started in."""
    path = tmp_path / "there" / "config.toml"
    path.parent.mkdir()
    path.write_text('[migration.pro]\nincumbent = "gemini-3-pro-image"\ncandidate = "gemini-3.1-flash-image"\n')
    assert load(path).home == tmp_path / "there" / ".shadow"


def test_a_verb_needs_the_name_where_there_are_several() -> None:
    """One migration is meant without being named; of several none is."""
    two = parsed(migration={"a": PRO, "b": {**PRO, "serving": False}})
    assert parsed().named(None) == "pro"
    with pytest.raises(ConfigError, match=r"--migration a \| b"):
        two.named(None)
    with pytest.raises(ConfigError, match="No migration named 'c'"):
        two.named("c")
    assert two.of_model(PRO["incumbent"]) == ("a", "b")


def test_what_asks_nobody_for_money_needs_no_price() -> None:
    """Recorded outcomes are free, a layer that is not walked asks nothing, and a price may be 0."""
    made_up = {"incumbent": "one", "candidate": "other"}
    assert parsed(migration={"pro": {**made_up, "provider": "replay"}}).named(None) == "pro"
    assert parsed(gate={"layers": ["properties"], "judge": {"model": "nobody"}}).gate.judge.model == "nobody"
    free = {"as_of": TODAY, "source": "runs here", "output": 0}
    assert parsed(migration={"pro": made_up}, prices={"one": free, "other": free}).prices["one"].output == 0


def test_without_a_word_nothing_is_limited() -> None:
    """No budget and no rate are the defaults; a price above those that ship replaces one."""
    config = parsed(prices={"gemini-3-pro-image": {"as_of": TODAY, "source": "s", "per_image": {"1K": 0.2}}})
    assert (config.budget.usd_per_day, config.budget.usd_total) == (math.inf, math.inf)
    assert config.worker.max_per_minute == {}
    assert price_list(config.prices)["gemini-3-pro-image"].per_image == {"1K": 0.2}
    assert price_list(config.prices)["gemini-3.5-flash"] is PRICES["gemini-3.5-flash"]


@pytest.mark.parametrize(
    "judge",
    ["gemini-3-pro-image", "models/gemini-3-pro-image", "gemini-3-pro-image-preview", "MODELS/Gemini-3-Pro-Image"],
)
def test_a_judge_that_is_an_arm_is_refused(judge: str) -> None:
    """No model judges its own pictures, by whatever name it is listed."""
    with pytest.raises(
        ConfigError, match=r"is the (incumbent|candidate) of \[migration.pro\]: no model may judge its own"
    ):
        parsed(gate={"judge": {"model": judge}})


def test_a_listed_arm_is_found_too() -> None:
    """The prefix may stand at the arm instead."""
    arms = {"incumbent": "models/gemini-3.5-flash", "candidate": "gemini-3-pro-image"}
    with pytest.raises(ConfigError, match="is the incumbent of"):
        parse({"migration": {"pro": arms}, "gate": {"judge": {"model": "gemini-3.5-flash"}}}, Path("config.toml"))


@pytest.mark.parametrize(
    "judge", ["gemini-flash-latest", "models/gemini-flash-latest", "latest", "llava:latest", "X-LATEST"]
)
def test_a_judge_that_moves_is_refused(judge: str) -> None:
    """An id that means whatever is newest cannot be compared with itself a day later."""
    with pytest.raises(ConfigError, match="names whatever is newest"):
        parsed(gate={"judge": {"model": judge}})


def test_where_no_judge_is_in_the_gate_its_model_does_not_matter() -> None:
    """Nobody asks it."""
    assert parsed(gate={"layers": ["properties"], "judge": {"model": "gemini-flash-latest"}})


def test_criteria_are_read_and_named_when_wrong() -> None:
    """Weight and words by name; a name that could not be a key, a weight of nothing and an unknown key stop."""
    read = parsed(gate={"judge": {"criteria": {"subject": {"weight": 2.0, "text": "What?"}}}}).gate.judge
    assert (read.criteria["subject"].weight, read.criteria["subject"].text) == (2.0, "What?")
    for wrong in (
        {"a b": {"text": "x"}},
        {"a": {"text": "x", "weight": 0.0}},
        {"a": {"text": "x", "wait": 1.0}},
        {"a": {}},
    ):
        with pytest.raises(ConfigError, match=r"gate\.judge\.criteria"):
            parsed(gate={"judge": {"criteria": wrong}})


def test_the_digest_of_a_rubric_follows_everything_it_says() -> None:
    """Words, criteria and weights each make another rubric; blanks around it do not."""
    told = [
        {},
        {"rubric": "Judge."},
        {"rubric": "Judge.", "criteria": {"a": {"text": "x"}}},
        {"rubric": "Judge.", "criteria": {"a": {"text": "y"}}},
        {"rubric": "Judge.", "criteria": {"a": {"text": "x", "weight": 2.0}}},
    ]
    assert len({parsed(gate={"judge": item}).gate.judge.digest for item in told}) == len(told)
    assert (
        parsed(gate={"judge": {"rubric": " Judge.\n"}}).gate.judge.digest
        == parsed(gate={"judge": told[1]}).gate.judge.digest
    )


def test_the_slices_of_noise_are_different_briefs() -> None:
    """Their shares must fit side by side."""
    with pytest.raises(ConfigError, match="must not add up to more than 1"):
        parsed(noise={"second_draws": 0.6, "second_judgements": 0.5})
