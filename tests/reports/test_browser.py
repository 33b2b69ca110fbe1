"""The page in a real browser: what is visible, and that nothing runs and nothing leaves."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from report_studies import empty, go, hold, hostile, rollback, uncalibrated

from analysis.results import Study
from reports.render import render
from reports.wording import verdict_sentence

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--enable-logging=stderr",
    "--dump-dom",
)


@pytest.mark.parametrize("make", [go, hold, rollback, uncalibrated, empty, hostile])
def test_the_page_opens_without_an_error_and_shows_its_verdict(
    tmp_path: Path, noise: bytes, make: Callable[[], Study]
) -> None:
    """No console line, no refused request, no script that ran; the decision and its sentence are there."""
    study = make()
    page = tmp_path / "report.html"
    page.write_text(render(study, picture=lambda _: noise), encoding="utf-8")
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0
    assert "CONSOLE" not in done.stderr
    assert study.verdict.decision.value in done.stdout
    if make is not hostile:
        assert verdict_sentence(study).split(":")[0] in done.stdout
    # The browser writes hostile words back as text; an element made of them would stand here as one.
    assert "<script" not in done.stdout
    assert '<img src="x"' not in done.stdout
