"""Real clients through the proxy: google-genai sync and async, curl, Node's @google/genai; the same as without it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest
from every_way import CANDIDATE, EVERY_WAY, INCUMBENT, told
from google import genai
from google.genai import types
from proxied import Scene

from shadow.emulator import SCENARIOS, Emulator

Twins = tuple[str, Scene]
BODY = {"contents": [{"parts": [{"text": "a fox"}]}], "generationConfig": {"imageConfig": {"imageSize": "512"}}}
NODE = """\
import { GoogleGenAI } from "@google/genai";
const ai = new GoogleGenAI({ apiKey: "k", httpOptions: { baseUrl: process.argv[2] } });
const asked = { model: process.argv[3], contents: "a fox", config: { imageConfig: { imageSize: "512" } } };
const told = [];
const parts = (answer) => answer.candidates.flatMap((one) => one.content?.parts ?? []);
told.push(parts(await ai.models.generateContent(asked)));
for await (const chunk of await ai.models.generateContentStream(asked)) told.push(parts(chunk));
const chat = ai.chats.create({ model: process.argv[3], config: asked.config });
told.push(parts(await chat.sendMessage({ message: "a fox" })));
const wrong = { ...asked, model: "no-such-model" };
try { await ai.models.generateContent(wrong); } catch (error) { told.push(error.message); }
console.log(JSON.stringify(told));
"""


def emulated(stack: ExitStack) -> Emulator:
    """An emulator that gives its twin's answers."""
    both = frozenset({CANDIDATE})
    made = Emulator(scenario=SCENARIOS["same"], candidates=both, today=date(2026, 6, 1), seed=3)
    return stack.enter_context(made)


@pytest.fixture
def twins(proxied: Callable[..., Scene]) -> Iterator[Twins]:
    """The address of one emulator, and a proxy before another one."""
    with ExitStack() as stack:
        bare, behind = emulated(stack), emulated(stack)
        yield bare.url, proxied(behind.url, models=(INCUMBENT, CANDIDATE))


def client_of(url: str, transport: str) -> genai.Client:
    """The real client with nothing replaced but the address, and the transport of its async side."""
    more: dict[str, Any] = (
        {"trust_env": False} if transport == "aiohttp" else {"transport": httpx2.AsyncHTTPTransport()}
    )
    options = types.HttpOptions(base_url=url, client_args={"trust_env": False}, async_client_args=more)
    return genai.Client(api_key="k", http_options=options)


def asks(way: str, url: str, transport: str) -> str:
    """What a way gives at this address."""
    with client_of(url, transport) as client:
        made = EVERY_WAY[way](client)
    return told(made)


@pytest.mark.parametrize(("way", "transport"), [*((way, "httpx2") for way in EVERY_WAY), ("asynchronous", "aiohttp")])
def test_google_genai_gives_the_same_as_without(twins: Twins, way: str, transport: str) -> None:
    """Every way of it, and on its async side both transports that it may have."""
    bare, scene = twins
    assert asks(way, scene.url, transport) == asks(way, bare, transport)


def test_what_went_through_was_captured(twins: Twins) -> None:
    """One capture for each picture of the incumbent, and a count for the later turn of the chat."""
    _, scene = twins
    for way in ("plain", "stream", "chat", "interaction", "asynchronous"):
        asks(way, scene.url, "httpx2")
    assert len(scene.captures(6)) == 6
    assert scene.losses() == {"multi-turn": 1}


def curl(url: str, *more: str) -> tuple[bytes, bytes]:
    """Head and body as curl sees them."""
    asked = [
        f"{url}/v1beta/models/{INCUMBENT}:generateContent?key=k",
        "-d",
        json.dumps(BODY),
        "-H",
        "content-type: application/json",
    ]
    done = subprocess.run(
        ["curl", "-s", "-i", *asked, *more], capture_output=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    said = done.stdout.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")  # of one hop
    head, _, body = said.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"date")]
    return b"\n".join(line.strip() for line in lines), body


@pytest.mark.parametrize("more", [(), ("--compressed",), ("-H", "Expect: 100-continue")])
def test_curl_gives_the_same_as_without(twins: Twins, more: tuple[str, ...]) -> None:
    """Head and body, but the name of the response and what is of one hop."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    bare, scene = twins
    assert curl(scene.url, *more) == curl(bare, *more)


def test_node_gives_the_same_as_without(twins: Twins, tmp_path: Path) -> None:
    """@google/genai of npm: plain, streamed, a chat, an error."""
    modules = os.environ.get("SHADOW_NODE_MODULES", "")
    if shutil.which("node") is None or not (Path(modules) / "@google" / "genai").is_dir() or not modules:
        pytest.skip("node, or @google/genai in the folder that SHADOW_NODE_MODULES names, is not there")
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "asks.mjs").write_text(NODE)
    bare, scene = twins

    def asked(url: str) -> list[Any]:
        done = subprocess.run(
            ["node", "asks.mjs", url, INCUMBENT], capture_output=True, text=True, cwd=tmp_path, check=False
        )
        assert done.returncode == 0, done.stderr
        made: list[Any] = json.loads(done.stdout)
        return made

    through, without = asked(scene.url), asked(bare)
    assert len(through) >= 5
    assert through == without
    assert len(scene.captures(3)) == 3
