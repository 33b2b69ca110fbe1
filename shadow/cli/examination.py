"""What `shadow doctor` looks at: a list of small functions of the harness, each giving what it found and what to do."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from shadow.at_work import workers
from shadow.cli.check import ATTENTION, BROKEN, FINE, Check
from shadow.cli.keys import keys
from shadow.cli.room import LEAST_BYTES, MAKE_ROOM, free_bytes
from shadow.errors import ShadowError
from shadow.harness import Harness
from shadow.providers import failure
from shadow.providers.provider import Provider
from shadow.settings import legal

FEW_BYTES = 5e9
"""Free bytes below which a migration may run out of room: a picture is about 1 MB."""
LARGEST_SKEW = 60.0
"""Seconds this machine's clock may differ from the server's."""
SOON = 14
"""Days before the incumbent's end that deserve attention."""


Look = Callable[[Harness], Iterator[Check]]


def examine(harness: Harness) -> list[Check]:
    """Everything, in the order in which a newcomer meets it. Never raises for what is found."""
    return [check for look in LOOKS for check in look(harness)]


def config(harness: Harness) -> Iterator[Check]:
    """The migrations, and the days that their incumbents have left."""
    today = datetime.now(UTC).date()
    for name, item in harness.config.migration.items():
        found = f"{item.incumbent} -> {item.candidate}, {100 * item.sample:g} % of the briefs"
        left = (item.last_day - today).days if item.last_day else None
        if left is None or left > SOON:
            yield Check(name=f"migration {name}", state=FINE, found=found)
            continue
        when = f"its incumbent's last day {'was' if left < 0 else 'is'} {item.last_day}"
        over = name not in harness.cutover_file.read().percent and item.serving and left < 0
        gone = "It may no longer answer; correct last_day if it does."
        served = "Nobody ever set a share, so the candidate serves every live call; correct last_day if that is wrong."
        advice = served if over else gone if left < 0 else "Begin at once: GO needs days of traffic."
        yield Check(name=f"migration {name}", state=ATTENTION, found=f"{found}; {when}", advice=advice)


def layers(harness: Harness) -> Iterator[Check]:
    """Whether every gate layer that is named is known."""
    from shadow.gates import LAYERS

    named = harness.config.gate.layers
    for name in named:
        if name not in LAYERS:
            found = f"[gate] layers names {name!r}"
            yield Check(name="gate", state=BROKEN, found=found, advice=legal(name, list(LAYERS)))
    if all(name in LAYERS for name in named):
        yield Check(name="gate", state=FINE, found=", ".join(named))


def installation(harness: Harness) -> Iterator[Check]:
    """Where the three packages come from: another package of the same name may stand in their way."""
    del harness
    import analysis
    import reports
    import shadow

    places = {module.__name__: _place(module.__file__) for module in (shadow, analysis, reports)}
    strange = [name for name, place in places.items() if place.parent != places["shadow"].parent]
    found = ", ".join(f"{name} from {place}" for name, place in places.items())
    if not strange:
        yield Check(name="packages", state=FINE, found=found)
        return
    advice = f"{' and '.join(strange)} is another package of that name. Rename it, or start from another folder."
    yield Check(name="packages", state=BROKEN, found=found, advice=advice)


def _place(file: str | None) -> Path:
    return Path(file).resolve().parent if file else Path("nowhere")


def models(harness: Harness) -> Iterator[Check]:
    """Every named model, by its provider's page of it."""
    for provider, names in _named_models(harness).items():
        made = _provider(harness, provider)
        if isinstance(made, str):
            yield Check(name=f"provider {provider}", state=BROKEN, found=made)
            continue
        for model in sorted(names):
            yield _model(made, model, names[model])


def _model(provider: Provider, model: str, keys: str) -> Check:
    missing = provider.missing(model)
    if missing is None:
        return Check(name=f"model {model}", state=FINE, found=f"answers ({keys})")
    return Check(
        name=f"model {model}", state=BROKEN, found=missing, advice=f"{failure.advice(missing)} ({keys})".lstrip()
    )


def _named_models(harness: Harness) -> dict[str, dict[str, str]]:
    """Provider to the models asked there, with the keys that name them."""
    found: dict[str, dict[str, str]] = {}
    gate = harness.config.gate
    scorers = {"similarity": gate.similarity.model, "judge": gate.judge.model}
    for name, item in harness.config.migration.items():
        models = found.setdefault(item.provider, {})
        models[item.incumbent] = f"[migration.{name}] incumbent"
        models[item.candidate] = f"[migration.{name}] candidate"
        if item.provider not in LOCAL:
            models |= {scorers[layer]: f"[gate.{layer}] model" for layer in gate.layers if layer in scorers}
    return found


LOCAL = frozenset({"folder", "replay"})
"""Providers whose judge and embedder are no models."""


def _provider(harness: Harness, name: str) -> Provider | str:
    """The provider, or why there is none."""
    from shadow.providers import PROVIDERS

    if name not in PROVIDERS:
        return f"provider = {name!r} is not known. {legal(name, list(PROVIDERS))}"
    try:
        return PROVIDERS[name](harness.config.worker, harness.config.home)
    except ShadowError as error:
        return str(error)


def disk(harness: Harness) -> Iterator[Check]:
    """Whether the home can be written, and how much room there is."""
    home = harness.config.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home) as file:
            file.write(b"x" * 4096)
            file.flush()
    except OSError as error:
        advice = "Free some space, mend the folder's rights, or name another in [paths] home."
        yield Check(name="disk", state=BROKEN, found=f"{home} cannot be written: {error.strerror}", advice=advice)
        return
    free = free_bytes(home)
    state = BROKEN if free < LEAST_BYTES else ATTENTION if free < FEW_BYTES else FINE
    found = f"{free / 1e9:.1f} GB free for {home}"
    yield Check(name="disk", state=state, found=found, advice="" if state == FINE else MAKE_ROOM)


def spool(harness: Harness) -> Iterator[Check]:
    """Whether the spool can be read, and whether somebody works on what waits in it."""
    try:
        depth = harness.spool.depth()
    except ShadowError as error:
        yield Check(name="spool", state=BROKEN, found=str(error))
        return
    counts = {state: sum(item.get(state, 0) for item in depth.values()) for state in ("ready", "leased", "buried")}
    found = f"{counts['ready']} ready, {counts['leased']} under way, {counts['buried']} dead letters"
    yield Check(name="spool", state=FINE, found=found)
    yield _worker(harness, waiting=counts["ready"], held=counts["leased"])


def _worker(harness: Harness, *, waiting: int, held: int) -> Check:
    """By a sign of life: each worker holds a lock that the system lets go of when it dies."""
    if present := workers(harness.config.home):
        since = datetime.fromtimestamp(present[0].since, UTC)
        more = f" and {len(present) - 1} more" if len(present) > 1 else ""
        found = f"process {present[0].process} since {since:%Y-%m-%d %H:%M} UTC{more}; {held} under way"
        return Check(name="worker", state=FINE, found=found)
    start = "Start `shadow work` beside the live generator."
    if held:
        found = f"none is alive; {held} captures were under way when it ended, {waiting} wait"
        back = f"Those come back within {harness.config.worker.lease_seconds:g} s; nothing is lost."
        return Check(name="worker", state=ATTENTION, found=found, advice=f"{start} {back}")
    if waiting:
        found = f"none is alive: {waiting} captures wait and nobody works on them"
        return Check(name="worker", state=ATTENTION, found=found, advice=start)
    return Check(name="worker", state=FINE, found="none is alive, and nothing waits for one")


def ledger(harness: Harness) -> Iterator[Check]:
    """Whether the ledger and the cutover state can be read."""
    path = harness.config.home / "scores.duckdb"
    if not path.exists():
        yield Check(name="ledger", state=FINE, found="none yet; `shadow work` makes it with the first pairs")
    else:
        try:
            with harness.ledger.reading() as connection:
                found = connection.execute("select count(*) from pairs").fetchone()
            yield Check(name="ledger", state=FINE, found=f"{found[0] if found else 0} pairs in {path}")
        except ShadowError as error:
            yield Check(name="ledger", state=BROKEN, found=str(error))
    try:
        state = harness.cutover_file.read()
    except ShadowError as error:
        yield Check(name="cutover", state=BROKEN, found=str(error))
    else:
        shares = ", ".join(f"{name} {state.of(name):g} %" for name in harness.config.migration)
        yield Check(name="cutover", state=FINE, found=f"on the candidate: {shares}")


def clock(harness: Harness) -> Iterator[Check]:
    """This machine's clock against that of the server that is asked."""
    for url in _servers(harness):
        skew = _skew(url)
        if skew is None:
            yield Check(name="clock", state=ATTENTION, found=f"{url} told no time", advice="Nothing was compared.")
        elif abs(skew) > LARGEST_SKEW:
            found = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} {url}"
            advice = "Set the clock (NTP): hours of traffic and the trail of moves are told by it."
            yield Check(name="clock", state=BROKEN, found=found, advice=advice)
        else:
            yield Check(name="clock", state=FINE, found=f"agrees with {url}")


def _servers(harness: Harness) -> list[str]:
    from shadow.providers.openai import BASE_URL

    bases = {
        "gemini": os.environ.get("GOOGLE_GEMINI_BASE_URL") or "https://generativelanguage.googleapis.com",
        "openai": os.environ.get("OPENAI_BASE_URL") or BASE_URL,
    }
    used = {item.provider for item in harness.config.migration.values()}
    return [base for name, base in bases.items() if name in used]


def _skew(url: str) -> float | None:
    """Seconds by which this clock is ahead, to the nearest second; None where nobody answered with a date."""
    import httpx2

    try:
        told = httpx2.get(url, timeout=10.0).headers.get("date", "")
        return round(time.time() - parsedate_to_datetime(told).timestamp())
    except (httpx2.HTTPError, ValueError):
        return None


LOOKS: tuple[Look, ...] = (config, layers, installation, keys, models, disk, spool, ledger, clock)
