"""The proxies that `shadow proxy` is measured beside, each as processes over one upstream; what is missing says so."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.canned_client import CANDIDATE, INCUMBENT

PATIENCE = 60.0
"""Seconds that a peer may take to listen."""
TICKS = os.sysconf("SC_CLK_TCK")
NGINX = """\
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; client_max_body_size 128m;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream api {{ server 127.0.0.1:{upstream}; keepalive 128; }}
  server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    location / {{ {mirror} proxy_pass http://api; }}
    location = /mirror {{ internal; proxy_pass http://127.0.0.1:{other}$request_uri; }}
  }}
}}
"""
ENVOY = """\
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: p
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{prefix: "/"}}
                route:
                  cluster: api
                  timeout: 0s
                  request_mirror_policies: [{{cluster: other}}]
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
  clusters:
  - name: api
    type: STATIC
    load_assignment:
      cluster_name: api
      endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {upstream}}}}}}}]}}]
  - name: other
    type: STATIC
    load_assignment:
      cluster_name: other
      endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {other}}}}}}}]}}]
"""
CONFIG = f"""\
[migration.pro]
incumbent = "{INCUMBENT}"
candidate = "{CANDIDATE}"
[prices]
"{INCUMBENT}" = {{ as_of = 2026-01-01, source = "a benchmark", input = 0.0, output = 0.0, image = 0.0 }}
"{CANDIDATE}" = {{ as_of = 2026-01-01, source = "a benchmark", input = 0.0, output = 0.0, image = 0.0 }}
[proxy]
log_requests = true
"""


@dataclass(slots=True, kw_only=True)
class Peer:
    """One proxy that listens."""

    name: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    prefix: str = ""
    headers: tuple[str, ...] = ()
    folder: Path = field(default_factory=Path)

    def cpu(self) -> float:
        """Seconds of processor time of it and its children so far."""
        return sum(_ticks(pid) for pid in self.pids()) / TICKS

    def memory(self) -> float:
        """Resident MB of it and its children."""
        return sum(_resident(pid) for pid in self.pids()) / 1e6

    def pids(self) -> list[int]:
        """It and its children."""
        if self.process is None:
            return []
        found = [self.process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the two upstreams listen."""

    upstream: int
    other: int


def shadow(folder: Path, ports: Ports) -> Peer | str:
    """`shadow proxy`, capturing everything into a spool of its own."""
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIG)
    port = free_port()
    command = ["proxy", "--listen", f"127.0.0.1:{port}", "--upstream", f"http://127.0.0.1:{ports.upstream}"]
    return _started("shadow proxy", [sys.executable, "-m", "shadow", *command], port, folder)


def nginx(folder: Path, ports: Ports, *, mirror: bool) -> Peer | str:
    """nginx, plain or with a copy of each request sent to another upstream."""
    name = "nginx + mirror" if mirror else "nginx"
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        return f"{name} is not beside: apt-get install nginx"
    folder.mkdir()
    port = free_port()
    words = "mirror /mirror; mirror_request_body on;" if mirror else ""
    text = NGINX.format(folder=folder, port=port, upstream=ports.upstream, other=ports.other, mirror=words)
    (folder / "nginx.conf").write_text(text)
    return _started(name, [program, "-p", str(folder), "-c", str(folder / "nginx.conf")], port, folder)


def envoy(folder: Path, ports: Ports) -> Peer | str:
    """envoy with a copy of each request."""
    program = _program("ENVOY", "envoy")
    if program is None:
        return "envoy + mirror is not beside: put envoy into the PATH or name it in SHADOW_BENCH_ENVOY"
    folder.mkdir()
    port = free_port()
    (folder / "envoy.yaml").write_text(
        ENVOY.format(port=port, upstream=_socket(ports.upstream), other=_socket(ports.other))
    )
    command = [program, "-c", str(folder / "envoy.yaml"), "--concurrency", "1", "--log-level", "off"]
    return _started("envoy + mirror", command, port, folder)


def mitmproxy(folder: Path, ports: Ports) -> Peer | str:
    """mitmdump that records what goes through."""
    program = _program("MITMDUMP", "mitmdump")
    if program is None:
        return "mitmdump is not beside: put it into the PATH or name it in SHADOW_BENCH_MITMDUMP"
    folder.mkdir()
    port = free_port()
    mode = ["--mode", f"reverse:http://127.0.0.1:{ports.upstream}", "--listen-host", "127.0.0.1", "-p", str(port)]
    command = [program, "-q", *mode, "-w", str(folder / "flows"), "--set", f"confdir={folder}"]
    return _started("mitmdump -w", command, port, folder)


def litellm(folder: Path, ports: Ports) -> Peer | str:
    """LiteLLM's pass-through of the Gemini API."""
    program = _program("LITELLM", "litellm")
    if program is None:
        return "LiteLLM is not beside: put litellm into the PATH or name it in SHADOW_BENCH_LITELLM"
    folder.mkdir()
    port, key = free_port(), "sk-" + os.urandom(24).hex()
    base = f"http://127.0.0.1:{ports.upstream}"
    more = {"LITELLM_MASTER_KEY": key, "GEMINI_API_KEY": "k", "GEMINI_API_BASE": base}
    made = _started("LiteLLM", [program, "--port", str(port), "--host", "127.0.0.1"], port, folder, **more)
    if isinstance(made, Peer):
        made.prefix, made.headers = "/gemini", (f"x-goog-api-key: {key}",)
    return made


def stop(peer: Peer) -> None:
    """End it, and what it started."""
    if peer.process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(peer.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            peer.process.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(peer.process.pid, signal.SIGKILL)
        peer.process.wait()


@contextlib.contextmanager
def upstream(size: int, seconds: float = 0.0) -> Iterator[int]:
    """The port of an upstream whose answers have so many bytes."""
    port = free_port()
    command = [sys.executable, "-m", "bench.canned_upstream", str(port), str(size), str(seconds)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1]) as process:
        try:
            _wait(port, process)
            yield port
        finally:
            process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def started_quietly(name: str, command: list[str], folder: Path, **more: str) -> Peer:
    """A process that listens nowhere."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True, env=os.environ | more
        )
    return Peer(name=name, port=0, process=process, folder=folder)


def _started(name: str, command: list[str], port: int, folder: Path, **more: str) -> Peer | str:
    log = (folder / "log").open("wb")
    with log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True, env=os.environ | more
        )
    peer = Peer(name=name, port=port, process=process, folder=folder)
    if _wait(port, process):
        return peer
    stop(peer)
    return f"{name} did not begin to listen: {(folder / 'log').read_text(errors='replace')[-200:].strip()}"


def _wait(port: int, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.1)
    return False


def _socket(port: int) -> str:
    return f"{{address: 127.0.0.1, port_value: {port}}}"


def _program(variable: str, name: str) -> str | None:
    return shutil.which(os.environ.get(f"SHADOW_BENCH_{variable}", name))


def _ticks(pid: int) -> int:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(after_name[11]) + int(after_name[12])


def _resident(pid: int) -> float:
    try:
        return float(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0.0
