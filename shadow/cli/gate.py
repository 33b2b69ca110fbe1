"""shadow gate."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from analysis.columns import FrozenBaseline
from analysis.relations import records
from shadow.brief import Brief, Picture, Text, canonical
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.pictures import UNREADABLE, read_picture
from shadow.config import ENVIRONMENT, FILE_NAME
from shadow.errors import ConfigError, InputError, Unavailable
from shadow.finding import Finding
from shadow.gates import LAYERS
from shadow.gates.gate import Layer, next_layer
from shadow.harness import Harness
from shadow.pair import Arm, Capture, Image, Outcome, OutcomeKind
from shadow.providers.nobody import NobodyProvider
from shadow.providers.provider import Provider
from shadow.purse.account import Account
from shadow.purse.metered import Metered
from shadow.settings import GateSettings, legal

PASSED, UNKNOWN, CANNOT_BE_READ, FAILED = 0, 1, 2, 6
WORST_FIRST = (CANNOT_BE_READ, FAILED, UNKNOWN, PASSED)
FREE = "properties"
"""The layer that asks nobody: it needs no key, no config and no brief."""
SAID = {PASSED: "PASS", UNKNOWN: "NOT KNOWN", CANNOT_BE_READ: "CANNOT BE READ", FAILED: "FAIL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """One file and what came of it."""

    path: Path
    code: int
    findings: tuple[Finding, ...] = ()
    lines: tuple[str, ...] = ()
    """What is to be said, one line for each layer."""


@click.command()
@click.argument("pictures", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--brief", metavar="TEXT", default="", help="What was asked; similarity and judge need it.")
@click.option("--layers", metavar="A,B", help="Layers to ask, by comma. Default: [gate] layers.")
@click.option("--aspect-ratio", metavar="W:H", help="The aspect ratio that was asked.")
@click.option("--image-size", metavar="SIZE", help='The image size that was asked ("1K").')
@click.option("--reference", "references", multiple=True, type=click.Path(path_type=Path), help="A reference picture.")
@config_option
@migration_option
@json_option
def gate(
    pictures: tuple[Path, ...],
    brief: str,
    layers: str | None,
    aspect_ratio: str | None,
    image_size: str | None,
    references: tuple[Path, ...],
    config: str | None,
    migration: str | None,
    as_json: bool,
) -> None:
    """Gate PICTURES against a brief, and say in words what each layer finds.

    Exits with 0 where every picture passes, 6 where one fails the gate, 2 where a file cannot be read. The layer
    `properties` needs no key and no config. Scores are held against the cuts of the baseline in force, if there is one.

    \b
    Examples:
      shadow gate master.png --layers properties --aspect-ratio 16:9 --image-size 2K
      shadow gate a.png b.webp --brief "a red bicycle at dawn"
    """
    names = tuple(name.strip() for name in layers.split(",")) if layers else None
    harness = _harness(config, needed=names != (FREE,))
    asked = _asked(names, harness)
    if not brief.strip() and (asking := [layer for layer in asked if layer != FREE]):
        msg = f"--brief TEXT is needed: {' and '.join(asking)} hold the picture against it."
        raise InputError(msg)
    shown = {image.digest: image for image in map(read_picture, references)}
    wanted = _brief(brief, aspect_ratio, image_size, list(shown.values()))
    desk = _desk(harness, migration, asked, shown)
    results = [desk.gated(path, wanted) for path in pictures]
    _told(results, desk, as_json=as_json)
    sys.exit(next(code for code in WORST_FIRST if code in {item.code for item in results}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What pictures are gated with."""

    asked: tuple[str, ...]
    layers: Callable[[Brief, Image], tuple[Sequence[Layer], Callable[[], object]]]
    """The layers for one picture, and what to call when they are done with it."""
    baseline: FrozenBaseline | None

    def gated(self, path: Path, brief: Brief) -> Gated:
        """Walk one file through the layers, to the first hard failure."""
        try:
            image = read_picture(path)
        except InputError as error:
            return Gated(path=path, code=CANNOT_BE_READ, lines=(str(error).removeprefix(f"{path}: "),))
        layers, finish = self.layers(brief, image)
        findings: tuple[Finding, ...] = ()
        try:
            while (layer := next_layer(layers, findings)) is not None:
                findings = (*findings, _finding(layer, brief, image))
        finally:
            finish()
        codes = [_code(item, self.cuts) for item in findings]
        return Gated(
            path=path,
            code=next(code for code in WORST_FIRST if code in codes),
            findings=findings,
            lines=tuple(_line(item, code, self.cuts) for item, code in zip(findings, codes, strict=True)),
        )

    @property
    def cuts(self) -> Mapping[str, float]:
        """Layer to the cut in force."""
        return self.baseline.cuts if self.baseline else {}


def _harness(config: str | None, *, needed: bool) -> Harness | None:
    """The harness of the config; None where there is none and none is needed."""
    try:
        return opened(config)
    except ConfigError:
        if needed or config is not None or ENVIRONMENT in os.environ or Path(FILE_NAME).exists():
            raise
        return None


def _asked(names: tuple[str, ...] | None, harness: Harness | None) -> tuple[str, ...]:
    """The layers to ask, in the order of the walk."""
    if names is None:
        return harness.config.gate.layers if harness else (FREE,)
    for name in names:
        if name not in LAYERS:
            msg = f"--layers {name!r} is not known. {legal(name, list(LAYERS))}"
            raise InputError(msg)
    return tuple(name for name in LAYERS if name in names)


def _brief(words: str, aspect_ratio: str | None, image_size: str | None, references: Sequence[Image]) -> Brief:
    asked = {"aspect_ratio": aspect_ratio, "image_size": image_size}
    image = {name: value for name, value in asked.items() if value}
    parts = tuple(Picture(digest=item.digest, mime=item.mime) for item in references)
    return Brief(parts=(Text(text=words), *parts), settings_json=canonical({"image_config": image} if image else {}))


def _desk(harness: Harness | None, migration: str | None, asked: tuple[str, ...], shown: Mapping[str, Image]) -> Desk:
    settings = harness.config.gate if harness else GateSettings()

    def made(provider: Provider) -> list[Layer]:
        return [LAYERS[name](settings, provider, shown.__getitem__) for name in asked]

    if harness is None or asked == (FREE,):
        free = made(NobodyProvider())
        return Desk(asked=asked, layers=lambda _brief, _image: (free, lambda: None), baseline=None)
    name = harness.config.named(migration)
    bench = harness.bench(name, harness.provider(name))

    def paid(brief: Brief, image: Image) -> tuple[Sequence[Layer], Callable[[], object]]:
        capture = Capture(
            capture_id=f"gate {image.digest}",
            migration=name,
            brief=brief,
            arm=Arm.INCUMBENT,
            outcome=Outcome(kind=OutcomeKind.IMAGE, model="", image=image),
            dispatched_at=time.time(),
        )
        account = Account(harness.purse, bench.tariff, capture)
        return made(Metered(bench.provider, account)), account.finish

    return Desk(asked=asked, layers=paid, baseline=_baseline(harness, name))


def _baseline(harness: Harness, name: str) -> FrozenBaseline | None:
    """The baseline of the epoch in force; None where there is none."""
    if not harness.ledger.path.exists():
        return None
    with harness.ledger.reading() as connection:
        epoch = records.epoch(connection, name)
        return records.baseline(connection, name, epoch.baseline if epoch else None)


def _finding(layer: Layer, brief: Brief, image: Image) -> Finding:
    try:
        return layer.check(brief, image)
    except Unavailable as error:
        return Finding(layer=layer.name, missing="could not be asked", reason=f"{error}.")


def _code(finding: Finding, cuts: Mapping[str, float]) -> int:
    if finding.hard_failure is not None:
        return CANNOT_BE_READ if finding.hard_failure in UNREADABLE else FAILED
    if finding.missing is not None:
        return UNKNOWN
    cut = cuts.get(finding.layer)
    return FAILED if cut is not None and finding.score is not None and finding.score < cut else PASSED


def _line(finding: Finding, code: int, cuts: Mapping[str, float]) -> str:
    score = "" if finding.score is None else f" {finding.score:g}"
    cut = cuts.get(finding.layer)
    if finding.hard_failure is not None:
        why = f"{finding.hard_failure}. "
    elif finding.missing is not None:
        why = f"{finding.missing}. "
    elif cut is not None and finding.score is not None:
        why = f"{'below' if code == FAILED else 'at or above'} the cut {cut:g}. "
    else:
        why = ""
    return f"{finding.layer}:{score} {SAID[code].lower()}. {why}{finding.reason}"


def _told(results: Sequence[Gated], desk: Desk, *, as_json: bool) -> None:
    version = desk.baseline.version if desk.baseline else None
    if as_json:
        for item in results:
            findings = [_record(finding, desk.cuts) for finding in item.findings]
            record = {"picture": str(item.path), "code": item.code, "said": SAID[item.code], "baseline": version}
            click.echo(json.dumps({**record, "findings": findings, "lines": list(item.lines)}))
        return
    for item in results:
        click.echo(f"{item.path}: {SAID[item.code]}")
        for line in item.lines:
            click.echo(f"  {line}")
    if desk.asked != (FREE,):
        held = f"Scores are held against baseline {version}" if version else "There is no baseline, so no score fails"
        click.echo(f"{held}; hard failures fail without one.")


def _record(finding: Finding, cuts: Mapping[str, float]) -> dict[str, Any]:
    return {
        "layer": finding.layer,
        "score": finding.score,
        "cut": cuts.get(finding.layer),
        "hard_failure": finding.hard_failure,
        "missing": finding.missing,
        "reason": finding.reason,
        "features": dict(finding.features),
    }
