"""What is in deploy/ holds together: units systemd accepts, a compose file and a Dockerfile that fit the project."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from shadow.cli import VERBS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
INSTRUCTIONS = {
    *("FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"),
}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_the_units(unit: Path, tmp_path: Path) -> None:
    """As `systemd-analyze verify` sees them, with a program that is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace("/opt/shadow/bin/shadow", "/bin/true"))
    said = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert unit.name not in said.stderr, said.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_start_verbs_that_there_are(unit: Path) -> None:
    """As an ordinary user, with time to end."""
    text = unit.read_text()
    verb = re.search(r"^ExecStart=/opt/shadow/bin/shadow (\w+) ", text, re.MULTILINE)
    assert verb is not None
    assert verb[1] in VERBS
    assert "User=shadow" in text
    assert "TimeoutStopSec=" in text


def test_the_dockerfile_copies_what_there_is_and_runs_as_nobody_special() -> None:
    """Known instructions, pinned bases, every copied file there, no root at the end."""
    lines = instructions()
    assert {word for word, _ in lines} <= INSTRUCTIONS
    bases = [rest.split()[0] for word, rest in lines if word == "FROM"]
    assert all(":" in base and not base.endswith(":latest") for base in bases)
    copied = [name for word, rest in lines if word == "COPY" and "--from" not in rest for name in rest.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [rest for word, rest in lines if word == "USER"][-1] == "shadow"
    assert "--require-hashes" in (DEPLOY / "Dockerfile").read_text()


def test_the_compose_file_shares_one_volume_between_proxy_and_worker() -> None:
    """Verbs that there are, one home, no port open to the world, no key written down."""
    made = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = made["services"]
    assert {service["command"][0] for service in services.values()} == {"proxy", "work"}
    homes = {volume.split(":")[0] for service in services.values() for volume in service["volumes"]} - {"./config.toml"}
    assert homes == set(made["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in services["proxy"]["ports"])
    assert all("${" in value for service in services.values() for value in service["environment"].values())
