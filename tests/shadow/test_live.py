"""`shadow.wrap`: one live path for a config, and never an exception."""

import logging
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from canned import CANDIDATE, INCUMBENT, painted
from google.genai.errors import ClientError
from live_ways import FOX, by_model, client_on, picture_in, refusing

import shadow
from shadow import standing
from shadow.budget import Caps
from shadow.config import load
from shadow.cutover import Move
from shadow.errors import ConfigError
from shadow.live import Live, sunsets, wrap
from shadow.purse.purse import EVERY_GENERATION, FILE_NAME, Purse
from shadow.settings import Config, MigrationSettings, SpoolSettings
from shadow.spool import SPOOLS
from shadow.store.images import Images
from shadow.store.state import CutoverFile

GOOD = f"""\
[migration.pro]
incumbent = "{INCUMBENT}"
candidate = "{CANDIDATE}"

[migration.next]
incumbent = "{INCUMBENT}"
candidate = "gemini-nano-banana-2.1"
serving = false
sample = 0.0

[cutover]
poll_seconds = 0.01
"""


def written(folder: Path, text: str = GOOD) -> Path:
    """A config file in this folder."""
    path = folder / "config.toml"
    path.write_text(text)
    return path


def move_all(home: Path) -> None:
    """All traffic to the candidate."""
    move = Move(
        event_id="e", migration="pro", at=1.0, actor="a", verb="set", from_percent=0.0, to_percent=100.0, reason="r"
    )
    CutoverFile(home).change(lambda state: state.moved(move))


def ask(client: Any) -> Any:
    """One live call."""
    return picture_in(client.models.generate_content(model=INCUMBENT, contents=FOX))


def opened(home: Path) -> Any:
    """The spool of a home."""
    return SPOOLS["sqlite"](home, Images(home / "images").read)


def test_a_wrapped_client_fills_the_spool(tmp_path: Path) -> None:
    """The capture with its picture, and the losses of the migration that samples nothing."""
    live = Live(Config.model_validate({"migration": migrations(), "folder": tmp_path}))
    assert ask(live.wrap(client_on())) == [painted("navy")]
    live.door.close()
    spool = opened(live.config.home)
    (lease,) = spool.lease(limit=10, seconds=60)
    assert lease.capture.migration == "pro"
    assert lease.capture.outcome.image.data == painted("navy")
    assert {(loss.migration, loss.reason, loss.count) for loss in spool.losses()} == {("next", "sampled out", 1)}
    spool.close()
    assert sorted(path.name for path in live.config.home.iterdir()) == ["images", "live", "spool.sqlite"]
    assert list((live.config.home / "live").iterdir()) == []


def migrations() -> dict[str, MigrationSettings]:
    """Those of the config above."""
    pro = MigrationSettings(incumbent=INCUMBENT, candidate=CANDIDATE)
    return {"pro": pro, "next": pro.model_copy(update={"serving": False, "sample": 0.0})}


def test_an_unknown_spool_is_a_config_error() -> None:
    """Named, with the legal ones."""
    with pytest.raises(ConfigError, match="sqlite"):
        Live(Config(spool=SpoolSettings(kind="paper")))


def test_one_live_path_serves_every_client_of_a_process(tmp_path: Path) -> None:
    """A host that wraps a client for each request does not gather threads."""
    path = written(tmp_path)
    first, second = wrap(client_on(), config=path), wrap(client_on(), config=str(path))
    assert first is not second
    assert ask(first) == ask(second)
    from shadow.live import _lives

    live = _lives[path.resolve()]
    live.door.close()
    spool = opened(live.config.home)
    assert spool.depth() == {"pro": {"ready": 2}}
    spool.close()


@pytest.mark.parametrize(
    "text", ["no toml [", "[migration.pro]\nincumbnet = 'x'", "", None], ids=["toml", "key", "empty", "missing"]
)
def test_a_bad_config_is_a_pass_through(tmp_path: Path, text: str | None, caplog: pytest.LogCaptureFixture) -> None:
    """The very client comes back, with one error logged."""
    path = tmp_path / "config.toml"
    if text is not None:
        path.write_text(text)
    client = client_on()
    with caplog.at_level(logging.ERROR, logger="shadow"):
        assert wrap(client, config=path) is client
        assert wrap(client, config=path) is client
    assert len(caplog.records) == 1
    assert str(path) in caplog.text


def test_a_bad_config_leaves_traffic_where_it_was(tmp_path: Path) -> None:
    """With the routes and the percentages last known; calls are counted, and the reason is written down."""
    path = written(tmp_path)
    home = tmp_path / ".shadow"
    standing.remember(home, Live(Config.model_validate({"migration": migrations(), "folder": tmp_path})).routes)
    move_all(home)
    path.write_text(GOOD + "\n[gaet]\n")
    wrapped = wrap(client_on(), config=path)
    assert ask(wrapped) == [painted("gold")]
    found = standing.trouble(home)
    assert found is not None
    assert "gaet" in found["reason"]
    from shadow.live import _lives

    _lives[home].door.close()
    spool = opened(home)
    assert spool.depth() == {}
    assert {(loss.migration, loss.reason) for loss in spool.losses()} == {
        ("pro", "config unusable"),
        ("next", "config unusable"),
    }
    spool.close()


def test_wrapping_anything_else_is_harmless(tmp_path: Path) -> None:
    """Whatever is given comes back working."""
    thing = object()
    assert isinstance(wrap(thing, config=written(tmp_path)), object)


LIGHT = """
import sys
from google import genai
before = set(sys.modules)
import shadow
client = shadow.wrap(genai.Client(api_key="k"), config=sys.argv[1])
with shadow.labels(key="x"):
    pass
_ = client.models.generate_content, client.aio.models, client.chats, client.interactions.create
heavy = {"numpy", "scipy", "duckdb", "aiohttp", "analysis", "reports", "click", "jinja2", "rich", "PIL", "httpx"}
print(sorted(heavy & (set(sys.modules) - before)))
"""


def test_a_live_process_stays_light(tmp_path: Path) -> None:
    """Wrapping brings none of the heavy rooms and libraries into the caller's process; aiohttp least of all."""
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, str(written(tmp_path))], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_the_package_has_two_names_and_no_others() -> None:
    """`wrap` and `labels`, loaded at their first use."""
    assert shadow.wrap is wrap
    assert callable(shadow.labels)
    with pytest.raises(AttributeError, match="warp"):
        _ = shadow.warp  # type: ignore[attr-defined]  # that is the point


def test_aiohttp_is_no_dependency() -> None:
    """Where it is importable google-genai's async client silently switches to it."""
    import tomllib

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert not any("aiohttp" in need for need in project["dependencies"])


def test_a_live_429_pauses_every_worker_at_once(tmp_path: Path) -> None:
    """Before any worker has seen the capture, and although this brief is not sampled; shorter waits change nothing."""
    later = time.time() + 3000.0
    migration = {"incumbent": INCUMBENT, "candidate": CANDIDATE, "sample": 0.0}
    live = Live(Config.model_validate({"migration": {"pro": migration}, "folder": tmp_path}))
    client = live.wrap(client_on(refusing))
    for _ in range(2):
        with pytest.raises(ClientError, match="429"):
            ask(client)
    live.door.close()
    purse = Purse(live.config.home / FILE_NAME, caps=Caps(), per_minute={})
    (pause,) = purse.standing().pauses
    purse.close()
    assert (pause.scope, pause.reason) == (EVERY_GENERATION, "a live call met 429 RESOURCE_EXHAUSTED")
    assert time.time() < pause.until < later
    assert [lease.capture for lease in opened(live.config.home).lease(limit=10, seconds=60)] == []


def test_the_settings_of_the_cutover_reach_the_live_path(tmp_path: Path) -> None:
    """At 100 % a share is shadowed; where the candidate fails the incumbent stands in; a damaged state is told."""
    text = GOOD.replace("[cutover]", "[cutover]\nfallback = true\nreverse_share = 0.0")
    move_all(tmp_path / ".shadow")

    def reply(model: str, body: Any) -> Any:
        return refusing(model, body) if model == CANDIDATE else by_model(model, body)

    live = Live(load(written(tmp_path, text)))
    assert ask(live.wrap(client_on(reply))) == [painted("navy")]
    assert ask(live.wrap(client_on())) == [painted("gold")]
    CutoverFile(tmp_path / ".shadow").path.write_text("{half")
    live.percentages.poll()
    live.door.close()
    assert opened(live.config.home).lease(limit=10, seconds=60) == []
    trouble = standing.trouble(live.config.home, standing.STATE_TROUBLE)
    assert trouble is not None
    # The thread that follows may have seen the file between being emptied and written, too.
    assert ("cutover.json" in trouble["reason"], trouble["times"] >= 1) == (True, True)


def test_the_end_of_an_incumbent_is_the_midnight_after_its_last_day(tmp_path: Path) -> None:
    """In UTC; where none is known there is no end."""
    config = load(written(tmp_path, GOOD.replace("[migration.next]", "last_day = 2026-06-25\n\n[migration.next]")))
    assert sunsets(config) == {"pro": datetime(2026, 6, 26, tzinfo=UTC).timestamp()}
