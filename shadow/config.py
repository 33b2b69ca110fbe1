"""Reading config.toml: once, whole, with every mistake named.

Unknown keys stop the reading: a typo must never loosen a gate. Relative paths are relative to the file.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from shadow.errors import ConfigError
from shadow.prices import price_list, priced_models, unpriced
from shadow.settings import Config, legal

ENVIRONMENT = "SHADOW_CONFIG"
FILE_NAME = "config.toml"
MOVING = re.compile(r"(^|[-:@/])latest\s*$", re.IGNORECASE)
"""A model id that is another model from one day to the next."""


def locate(given: str | os.PathLike[str] | None = None) -> Path:
    """The config file: the one given, else `SHADOW_CONFIG`, else config.toml in this folder."""
    named = given or os.environ.get(ENVIRONMENT)
    path = Path(named) if named else Path.cwd() / FILE_NAME
    if path.is_file():
        return path
    if named:
        msg = f"No config file at {path}."
        raise ConfigError(msg)
    msg = (
        f"No {FILE_NAME} in {path.parent}. Go to the folder that has one, pass --config FILE, set {ENVIRONMENT}, "
        "or make one with `shadow init`."
    )
    raise ConfigError(msg)


def load(given: str | os.PathLike[str] | None = None) -> Config:
    """Read and check the config file. Raises `ConfigError` naming the file, the key, the value and the legal ones."""
    path = locate(given)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path}: cannot be read as TOML: {error}"
        raise ConfigError(msg) from error
    return parse(raw, path)


def parse(raw: Mapping[str, Any], path: Path) -> Config:
    """The settings in an already parsed TOML document."""
    if "folder" in raw:  # set by us, never by the file
        msg = f"{path}: unknown key 'folder'. {legal('folder', _blocks(Config))}"
        raise ConfigError(msg)
    try:
        config = Config.model_validate({**raw, "folder": path.parent})
    except ValidationError as error:
        text = "\n".join(f"{path}: {_explain(item)}" for item in error.errors())
        raise ConfigError(text) from error
    _check_migrations(config, path)
    _check_judge(config, path)
    _check_prices(config, path)
    _check_rates(config, path)
    return config


def _check_migrations(config: Config, path: Path) -> None:
    if not config.migration:
        msg = f'{path}: no [migration.NAME] block. Add one with incumbent = "MODEL" and candidate = "MODEL".'
        raise ConfigError(msg)
    serving: dict[str, str] = {}
    for name, item in config.migration.items():
        if item.incumbent == item.candidate:
            msg = f"{path}: [migration.{name}] incumbent and candidate are both {item.incumbent!r}."
            raise ConfigError(msg)
        if item.serving and item.incumbent in serving:
            msg = (
                f"{path}: [migration.{name}] and [migration.{serving[item.incumbent]}] both serve {item.incumbent!r}; "
                "only one may. Set serving = false in the others."
            )
            raise ConfigError(msg)
        if item.serving:
            serving[item.incumbent] = name


def _check_judge(config: Config, path: Path) -> None:
    """A judge must not judge itself, and must be the same model tomorrow."""
    judge = config.gate.judge.model
    if "judge" not in config.gate.layers:
        return
    if MOVING.search(judge):
        msg = (
            f"{path}: [gate.judge] model = {judge!r} names whatever is newest, so scores of two days could not be "
            "compared. Name one model, such as 'gemini-3.5-flash'."
        )
        raise ConfigError(msg)
    for name, item in config.migration.items():
        for arm, model in (("incumbent", item.incumbent), ("candidate", item.candidate)):
            if _bare(judge) == _bare(model):
                msg = (
                    f"{path}: [gate.judge] model = {judge!r} is the {arm} of [migration.{name}]: no model may judge "
                    "its own pictures. Name another."
                )
                raise ConfigError(msg)


def _bare(model: str) -> str:
    """The id without the place it is listed under: the API takes "models/NAME" and "publishers/.../NAME" for NAME."""
    return model.strip().rpartition("/")[2].lower()


def _check_prices(config: Config, path: Path) -> None:
    """Nothing is asked of a model whose price nobody knows, so that every budget means what it says."""
    known = price_list(config.prices)
    for place, model in priced_models(config):
        if model not in known:
            msg = f"{path}: [{place}] {unpriced(model)}"
            raise ConfigError(msg)


def _check_rates(config: Config, path: Path) -> None:
    """A limit on a model that nobody asks is a slip of the pen, and would limit nothing."""
    arms = {model for item in config.migration.values() for model in (item.incumbent, item.candidate)}
    asked = arms | {config.gate.similarity.model, config.gate.judge.model}
    for model in config.worker.max_per_minute:
        if model not in asked:
            msg = f"{path}: [worker.max_per_minute] {model!r} is asked by nobody. {legal(model, list(asked))}"
            raise ConfigError(msg)


def _explain(item: Any) -> str:
    keys = [str(key) for key in item["loc"]]
    if item["type"] == "extra_forbidden":
        place = f"[{'.'.join(keys[:-1])}] " if keys[:-1] else ""
        return f"{place}unknown key {keys[-1]!r}. {legal(keys[-1], _blocks(_model_at(keys[:-1])))}"
    if item["type"] == "missing":
        return f"[{'.'.join(keys[:-1])}] {keys[-1]!r} is missing."
    if isinstance(item["input"], dict):  # two keys of a block do not fit each other
        return f"[{'.'.join(keys)}] {item['msg'].removeprefix('Value error, ')}."
    return f"[{'.'.join(keys[:-1])}] {keys[-1]} = {item['input']!r}: {item['msg'].removeprefix('Value error, ')}."


def _blocks(model: type[BaseModel]) -> list[str]:
    return [name for name in model.model_fields if name != "folder"]


def _model_at(keys: list[str]) -> type[BaseModel]:
    model: type[BaseModel] = Config
    for key in keys:
        field = model.model_fields.get(key)
        if field is None:  # the NAME of a [migration.NAME]
            continue
        inner = field.annotation
        candidates = (inner, *get_args(inner))
        model = next((item for item in candidates if isinstance(item, type) and issubclass(item, BaseModel)), model)
    return model
