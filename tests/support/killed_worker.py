"""A worker that is killed again and again: `python killed_worker.py FOLDER CAPTURES KILLS SEED`.

Forks a worker over one spool, kills it with signal 9 after a moment chosen by the seed, and starts the next, until one
comes to the end by itself. Every paid call writes a line when it begins; after every kill, what the spool has kept is
written down. Prints what the test asserts about, as JSON.
"""

import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from shadow.brief import Brief, Text
from shadow.budget import Caps
from shadow.crew import Crew
from shadow.finding import Finding
from shadow.pair import Arm, Capture, Comparison, Image, Outcome, OutcomeKind
from shadow.prices import NANO, PriceSettings, Tariff, Usage
from shadow.providers.provider import OnUsage
from shadow.purse.purse import Purse
from shadow.settings import GateSettings, NoiseSettings, WorkerSettings
from shadow.spool.sqlite import SqliteSpool
from shadow.store.images import Images
from shadow.store.ledger import Ledger
from shadow.worker import Bench, Worker

MODELS = {Arm.INCUMBENT: "old", Arm.CANDIDATE: "new"}
PRICE = PriceSettings(as_of=date(2026, 11, 23), source="one USD for a picture", per_image={"1K": 1.0})
TARIFF = Tariff(prices={"old": PRICE, "new": PRICE}, gate=GateSettings(layers=("properties",)))
NOISE = NoiseSettings(second_draws=0.3, second_judgements=0.0, anchors=0)
PAIRWISE = 0.3
CALL_SECONDS = 0.002
LIMIT = 2000


def image(name: str) -> Image:
    """A picture that is nobody else's."""
    return Image.of(b"\x89PNG\r\n\x1a\n" + name.encode())


class Paid:
    """A provider and a layer at once; each call appends a line, in one write, before it is answered."""

    name = "judge"

    def __init__(self, log: Path) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def _call(self, key: str) -> None:
        os.write(self._log, f"{key}\n".encode())
        time.sleep(CALL_SECONDS)

    def generate(self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage) -> Outcome:
        del pictures
        self._call(f"generate {model} {brief.prompt}")
        on_usage(Usage(images=1))
        again = " again" if model == "old" else ""
        return Outcome(kind=OutcomeKind.IMAGE, model=model, image=image(f"{model} {brief.prompt}{again}"))

    def check(self, brief: Brief, picture: Image, *, model: str = "") -> Finding:
        del model
        pictures = {image(f"new {brief.prompt}"): "candidate 1", image(f"old {brief.prompt}"): "incumbent 1"}
        self._call(f"{pictures.get(picture, 'incumbent 2')} {brief.prompt}")
        return Finding(layer=self.name, score=80.0)

    def compare(self, brief: Brief, *, incumbent: Image, candidate: Image, first: Arm) -> Comparison:
        del incumbent, candidate
        self._call(f"{first} first {brief.prompt}")
        return Comparison(first=first, preferred=Arm.CANDIDATE)


def purse_of(home: Path) -> Purse:
    """The purse that all workers share."""
    return Purse(home / "purse.sqlite", caps=Caps(), per_minute={})


def bench_of(paid: Any) -> Bench:
    """Some briefs are drawn twice, some compared side by side."""
    extras: Any = {"noise": NOISE, "pairwise": PAIRWISE, "referee": lambda _: paid}
    return Bench(models=MODELS, provider=paid, layers=lambda _: [paid], tariff=TARIFF, **extras)


def work(home: Path) -> None:
    """What the child does: a crew until the spool is empty."""
    images = Images(home / "images")
    spool = SqliteSpool(home / "spool.sqlite", images.read)
    paid = Paid(home / "paid.log")
    bench = bench_of(paid)
    worker = Worker(
        spool=spool,
        benches={"pro": bench},
        purse=purse_of(home),
        read=images.read,
        write=images.write,
        attempts=LIMIT,
    )
    settings = WorkerSettings(threads=2, attempts=LIMIT, lease_seconds=1.1, batch_pairs=8, batch_seconds=0.05)
    Crew(spool=spool, worker=worker, ledger=Ledger(home / "scores.duckdb"), settings=settings).run(until_empty=True)


def kept(home: Path) -> set[str]:
    """The paid calls whose answers the spool holds."""
    found = set()
    with sqlite3.connect(home / "spool.sqlite") as connection:
        rows = connection.execute("select capture_id, progress from captures").fetchall()
    connection.close()
    for name, progress in rows:
        for item in json.loads(progress):
            if item["arm"] == "candidate":
                found.add(f"generate new {name}")
            if item["draw"] == 2:
                found.add(f"generate old {name}")
            if item["findings"]:
                found.add(f"{item['arm']} {item['draw']} {name}")
            found |= {f"{said['first']} first {name}" for said in item["comparisons"]}
    return found


def fill(home: Path, captures: int) -> None:
    """The captures of a live process."""
    images = Images(home / "images")
    spool = SqliteSpool(home / "spool.sqlite", images.read)
    for number in range(captures):
        name = f"brief-{number}"
        served = image(f"old {name}")
        images.write(served)
        spool.put(capture_of(name, served))
    spool.close()


def capture_of(name: str, served: Image) -> Capture:
    """A brief of this name that the incumbent answered."""
    outcome = Outcome(kind=OutcomeKind.IMAGE, model="old", image=served)
    brief = Brief(parts=(Text(text=name),))
    return Capture(
        capture_id=name, migration="pro", brief=brief, arm=Arm.INCUMBENT, outcome=outcome, dispatched_at=time.time()
    )


def main(home: Path, captures: int, kills: int, seed: int) -> None:
    """Kill workers until the work is done."""
    dice = random.Random(seed)  # noqa: S311 - chooses moments, keeps no secret
    fill(home, captures)
    log = home / "paid.log"
    log.touch()
    killed = again = 0
    while True:
        before, settled = kept(home), len(log.read_text().splitlines())
        pid = os.fork()
        if pid == 0:
            work(home)
            os._exit(0)
        if killed < kills:
            time.sleep(dice.uniform(0.005, 0.12))
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        again += sum(line in before for line in log.read_text().splitlines()[settled:])
        if status == 0:
            break
        killed += 1
    calls = log.read_text().splitlines()
    generated = [line for line in calls if line.startswith("generate")]
    purse = purse_of(home)
    standing = purse.standing()
    purse.close()
    bench, made = bench_of(None), [capture_of(f"brief-{number}", image("x")) for number in range(captures)]
    found = {
        "drawn": sum(bench.again(capture) is not None for capture in made),
        "compared": sum(map(bench.side_by_side, made)),
        "killed": killed,
        "calls": len(calls),
        "distinct": len(set(calls)),
        "kept_paid_again": again,
        "generated": len(generated),
        "generated_again": len(generated) - len(set(generated)),
        "booked": standing.books.total / NANO,
        "promised": standing.books.promised / NANO,
        "twice": standing.counts.get("possibly paid twice", (0, 0))[1],
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
