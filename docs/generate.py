# ruff: noqa: E501 - the lines are those of the pages
"""Writes the pages that follow from the code: docs/configuration.md and docs/verbs.md. A test holds them to it.

python docs/generate.py
"""

import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import click
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shadow.cli import SECTIONS, root
from shadow.gates import LAYERS
from shadow.providers import PROVIDERS
from shadow.settings import Config
from shadow.spool import SPOOLS

FOLDER = Path(__file__).parent
WIDTH = 100
NOT_KEYS = frozenset({"folder"})
"""Fields that the program sets, never the file."""
SIGNS = {Ge: ("ge", "at least"), Gt: ("gt", "above"), Le: ("le", "at most"), Lt: ("lt", "below")}
CONFIGURATION = """\
# Configuration

<!-- Written by docs/generate.py from the settings; edit their descriptions in shadow/settings/ and run `make docs`. -->

One file, `config.toml`, is read once, whole, when a process starts: the one named by `--config`, else by `SHADOW_CONFIG`, else the
one in the current folder. `shadow init` writes a short one; [config.toml](../config.toml) shows every key with its default. Unknown
keys, unknown names and values out of range stop every verb with the key, the value and the legal ones; the live client alone goes on
unobserved and logs one error. Relative paths are relative to the file.

Changing what the verdict is asked under (models, provider, layers, `[gate.*]`, margins, alphas, minimums) opens a new epoch: only pairs
dispatched from then on count.
"""
NAMES = """\
## The names that are known

| key | names |
|---|---|
| `[migration.NAME] provider` | {providers} |
| `[gate] layers` | {layers} |
| `[spool] kind` | {spools} |
"""
ENVIRONMENT = """\
## The environment

| variable | meaning |
|---|---|
| `SHADOW_CONFIG` | the config file, where neither `--config` nor the current folder says |
| `GEMINI_API_KEY`, `GOOGLE_API_KEY` | the key of the live calls, read by google-genai; of the shadow calls too where `[worker] key_env` is empty |
| the one that `[worker] key_env` names | the key of the shadow calls, best of a project of its own |
| `GOOGLE_GEMINI_BASE_URL` | another address of the Gemini API: the emulator's, a gateway's |
| the one that `[cutover.hooks] secret_env` names | the secret that webhooks are signed with (`whsec_...`) |
| `SHADOW_TRACEBACK` | set to 1, an error that nobody thought of is shown in full, for a report of it |
| `OPENAI_API_KEY`, `OPENAI_BASE_URL` | key and address for the provider `openai` |
"""
VERBS = """\
# The verbs

<!-- Written by docs/generate.py from the verbs themselves; run `make docs`. -->

`shadow VERB --help` says the same. Exit codes: 0 yes, GO or done; 1 harness error; 2 usage or unreadable input; 3 HOLD; 4 ROLLBACK;
5 waiting for approval; 130 interrupted. `--json` prints for scripts on stdout; progress and warnings go to stderr.
"""


def configuration() -> str:
    """docs/configuration.md: every key with its default, its limits and its meaning."""
    parts = [CONFIGURATION]
    for place, model in blocks(Config, ""):
        keys = {name: field for name, field in model.model_fields.items() if block_of(field) is None}
        if keys and place:
            rows = "\n".join(_row(name, field) for name, field in keys.items() if name not in NOT_KEYS)
            about = (model.__doc__ or "").partition(": ")[2].strip()
            parts.append(
                f"## `[{place}]`\n\n{about[:1].upper()}{about[1:]}\n\n| key | default | meaning |\n|---|---|---|\n{rows}\n"
            )
    known = {"providers": PROVIDERS, "layers": LAYERS, "spools": SPOOLS}
    names = {room: ", ".join(f"`{name}`" for name in listed) for room, listed in known.items()}
    return "\n".join([*parts, NAMES.format(**names), ENVIRONMENT])


def blocks(model: type[BaseModel], place: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Every block with its name in the file, outer before inner; NAME stands for a name of the user's."""
    yield place, model
    for name, field in model.model_fields.items():
        inner = block_of(field)
        if inner is not None:
            repeated = ".NAME" if not isinstance(field.annotation, type) else ""
            yield from blocks(inner, f"{place}.{name}{repeated}".lstrip("."))


def block_of(field: FieldInfo) -> type[BaseModel] | None:
    """The block that a field holds, one or one for each name; None for a key."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _row(name: str, field: FieldInfo) -> str:
    limits = [f"{words} {getattr(item, sign):g}" for item in field.metadata for sign, words in _signs(item)]
    said = f" ({', '.join(limits)})" if limits else ""
    return f"| `{name}` | {_default(field)} | {field.description}{said} |"


def _signs(item: Any) -> Iterator[tuple[str, str]]:
    if type(item) in SIGNS:
        yield SIGNS[type(item)]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    if field.default is None:
        return "not set"
    default = field.get_default(call_default_factory=True)
    value = list(default) if isinstance(default, tuple) else default
    text = json.dumps(value, ensure_ascii=False, default=str)
    return "the text in [config.toml](../config.toml)" if "\\n" in text else f"`{text}`"


def verbs() -> str:
    """docs/verbs.md: the help of every verb, by what people want to do."""
    parts = [VERBS]
    for title, listed in SECTIONS:
        parts.append(f"## {title}\n")
        for verb in listed:
            command = getattr(importlib.import_module(f"shadow.cli.{verb.name}"), verb.name)
            parts.append(f"### shadow {verb.name}\n")
            parts += [f"```text\n{text}\n```\n" for text in _helps(command, f"shadow {verb.name}")]
    return "\n".join(parts)


def _helps(command: click.Command, name: str) -> Iterator[str]:
    # As the root command has it: click keeps a command's help option from its first use on.
    names = root.context_settings["help_option_names"]
    context = click.Context(
        command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=names
    )
    lines = command.get_help(context).splitlines()
    yield "\n".join(line.rstrip() for line in lines)
    inner: Mapping[str, click.Command] = command.commands if isinstance(command, click.Group) else {}
    for under, verb in inner.items():
        yield from _helps(verb, f"{name} {under}")


PAGES = {"configuration.md": configuration, "verbs.md": verbs}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
