"""The properties layer beside what people use instead: processor time, the power that a bounded size keeps, threads.

python -m bench gate
"""

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter
from scipy.stats import ks_2samp

from bench import Table, met
from bench.gate_peers import PEERS, full_features
from bench.pictures import corpus, files, seeded
from shadow.brief import Brief
from shadow.gates.decoding import WORKING_SIDE, Decoded, reduced
from shadow.gates.features import Measured, measure
from shadow.gates.properties import PropertiesLayer
from shadow.gates.properties.examination import examine
from shadow.gates.properties.shapes import Asked
from shadow.pair import Image
from shadow.settings import PropertiesSettings

ROUNDS = 7
GOALS = {"1 MP PNG": 1 / 4, "1 MP JPEG": 1 / 6, "4 MP PNG": 1 / 7, "4 MP JPEG": 1 / 20}
"""Processor time as a share of naive Pillow and numpy at full resolution."""
PICTURES, SPLITS, ALPHA = 48, 200, 0.05
TONAL = ("saturation", "colourfulness", "brightness", "contrast", "entropy")
FEATURES = (*TONAL, "sharpness", "edge_density", "negative_space")
Ways = tuple[Mapping[str, float], ...]
CHANGES: Mapping[str, Callable[[Pillow.Image, np.random.Generator], Pillow.Image]] = {
    "nothing": lambda image, _: image,
    "blur 0.6": lambda image, _: image.filter(ImageFilter.GaussianBlur(0.6)),
    "noise 3": lambda image, seed: _noisy(image, seed, 3.0),
    "upscaled": lambda image, _: image.reduce(2).resize(image.size, Pillow.Resampling.BICUBIC),
    "grey 15 %": lambda image, _: Pillow.blend(image, image.convert("L").convert("RGB"), 0.15),
    "darker 10 %": lambda image, _: image.point([int(level * 0.9) for level in range(256)] * 3),
}
TONES = frozenset({"grey 15 %", "darker 10 %"})
KEPT = frozenset({("blur 0.6", "sharpness"), ("noise 3", "sharpness"), ("upscaled", "sharpness")})
SETTINGS = PropertiesSettings()


def tables() -> list[Table]:
    """Processor time, power, threads."""
    return [cost(), power(), threads()]


def cost() -> Table:
    """Decode and all features: processor seconds as ratios, in one interleaved run."""
    rows, notes = [], []
    for name, data in files().items():
        ways = {peer: partial(way, data) for peer, way in PEERS.items() if way is not None}
        spent = interleaved({"ours": partial(examine, data, SETTINGS, Asked()), **ways})
        ours, bare = spent["ours"], spent["bare decode"]
        others = [f"{ours / spent[peer]:.3f}" if peer in spent else "absent" for peer in PEERS]
        rows.append((name, f"{1000 * ours:.1f}", *others))
        notes.append(met(f"{name}: <= {GOALS[name]:.3f} of naive", holds=ours <= GOALS[name] * spent["naive"]))
        if "opencv" in spent:
            notes.append(met(f"{name}: <= 1.0 of OpenCV at full size", holds=ours <= spent["opencv"]))
        if "scikit-image" in spent:
            notes.append(met(f"{name}: <= 0.1 of scikit-image", holds=ours <= 0.1 * spent["scikit-image"]))
        if "PNG" in name:
            notes.append(met(f"{name}: <= 1.8 of the bare decode", holds=ours <= 1.8 * bare))
    return Table(
        title="Decode and all features: processor time as a share of each peer's",
        columns=("picture", "ms", *(f"/ {peer}" for peer in PEERS)),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def power() -> Table:
    """How often a Kolmogorov-Smirnov test sees a change, on features of full size, ours, and all from 512 pixels."""
    pictures = corpus(PICTURES, 1024)
    measured = {
        name: [_three(change(image, seeded(at))) for at, image in enumerate(pictures)]
        for name, change in CHANGES.items()
    }
    rows = []
    decided = {(name, feature): _decisions(measured, name, feature) for name in CHANGES for feature in FEATURES}
    for (name, feature), (full, ours, small) in decided.items():
        if feature == "sharpness" or (feature in TONAL and name in TONES):
            shares = [f"{way.mean():.2f}" for way in (full, ours, small)]
            rows.append((name, feature, *shares, f"{(full == ours).mean():.0%}"))
    tonal = {key: float((ways[0] == ways[1]).mean()) for key, ways in decided.items() if key[1] in TONAL}
    lost = max(abs(float(ways[0].mean() - ways[1].mean())) for key, ways in decided.items() if key in KEPT)
    least = min(tonal, key=lambda key: tonal[key])
    worst = f"(least: {tonal[least]:.0%}, {least[1]} under {least[0]})"
    return Table(
        title=f"Power at alpha {ALPHA} over {SPLITS} splits of {len(pictures)} pictures of 1024 x 1024",
        columns=("change", "feature", "full size", "ours", "all at 512", "decided alike"),
        rows=tuple(rows),
        notes=(
            met(f"tonal decisions as at full size in >= 90 % of the splits {worst}", holds=tonal[least] >= 0.9),
            met(f"power of sharpness within 0.05 of full size, off by {lost:.2f}", holds=lost <= 0.05),
        ),
    )


def threads() -> Table:
    """Pictures a second through the layer and its darkrooms, by one and by two threads, in turns."""
    layer, brief = PropertiesLayer(SETTINGS), Brief(parts=())
    images = {name: Image.of(data) for name, data in files().items() if name.startswith("1 MP")}
    rows, notes = [], []
    for name, image in images.items():
        check, here = partial(layer.check, brief, image), partial(examine, image.data, SETTINGS, Asked())
        with ThreadPoolExecutor(2) as two, ThreadPoolExecutor(1) as one:
            speeds = [(_speed(one, check), _speed(two, check)) for _ in range(ROUNDS + 1)][1:]
        factor = statistics.median(both / alone for alone, both in speeds)
        apart = interleaved({"apart": check, "here": here}, clock=time.perf_counter)
        rows.append(
            (
                name,
                f"{statistics.median(alone for alone, _ in speeds):.0f}",
                f"{factor:.2f}",
                f"{apart['apart'] / apart['here']:.3f}",
            )
        )
        notes.append(met(f"{name}: two threads >= 1.7 of one", holds=factor >= 1.7))
    return Table(
        title="Through the layer, decoding in darkrooms",
        columns=("picture", "pictures / s, one thread", "two threads / one", "apart / in this process"),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def interleaved(
    ways: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Median seconds of each way; every round runs all of them in another order."""
    order, shuffle = list(ways), random.Random(1)  # noqa: S311  an order, not a secret
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        shuffle.shuffle(order)
        for name in order:
            began = clock()
            ways[name]()
            if number:  # the first round warms caches
                spent[name].append(clock() - began)
    return {name: statistics.median(values) for name, values in spent.items()}


def _noisy(image: Pillow.Image, seed: np.random.Generator, deviation: float) -> Pillow.Image:
    pixels = np.asarray(image) + seed.normal(0, deviation, (*image.size[::-1], 3))
    return Pillow.fromarray(pixels.round().clip(0, 255).astype(np.uint8))


def _three(image: Pillow.Image) -> Ways:
    """Features at full size by the formulas, ours, and all of ours from the picture at 512."""
    ours, small = (
        measure(Measured.of(Decoded(format="PNG", width=image.width, height=image.height, working=working)))
        for working in (reduced(image, WORKING_SIDE), reduced(image, 512))
    )
    return full_features(np.asarray(image)), ours, small


def _decisions(measured: Mapping[str, Sequence[Ways]], name: str, feature: str) -> list[NDArray[np.bool_]]:
    """For each way and split: whether half of the pictures as they are and the other half changed are told apart."""
    orders = [np.random.default_rng(split).permutation(PICTURES) for split in range(SPLITS)]
    found = []
    for way in range(3):
        before, after = (np.array([item[way][feature] for item in measured[key]]) for key in ("nothing", name))
        halves = [(before[order[: PICTURES // 2]], after[order[PICTURES // 2 :]]) for order in orders]
        found.append(np.array([ks_2samp(one, two, method="asymp").pvalue < ALPHA for one, two in halves]))
    return found


def _speed(pool: ThreadPoolExecutor, check: Callable[[], object]) -> float:
    began = time.perf_counter()
    for done in [pool.submit(check) for _ in range(16)]:
        done.result()
    return 16 / (time.perf_counter() - began)
