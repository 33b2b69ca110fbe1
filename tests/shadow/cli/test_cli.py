"""The verbs as a user meets them: help, exit codes, errors."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from shadow.cli import SECTIONS, VERBS, main

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"
"""
HEAVY = ("numpy", "duckdb", "PIL", "google", "jinja2", "scipy", "analysis", "reports", "pydantic")
Done = subprocess.CompletedProcess[str]
Shadow = Callable[..., Done]


@pytest.fixture
def shadow(tmp_path: Path) -> Shadow:
    """Runs a verb in an empty folder with a config file."""
    (tmp_path / "config.toml").write_text(CONFIG)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GEMINI_", "GOOGLE_"))}
    environment.pop("SHADOW_CONFIG", None)

    def run(*arguments: str, **more: str) -> Done:
        return subprocess.run(
            [sys.executable, "-m", "shadow", *arguments],
            cwd=tmp_path,
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def test_every_verb_has_its_module_and_its_examples() -> None:
    """What `--help` lists exists, explains itself and shows an example."""
    for name in VERBS:
        command = getattr(importlib.import_module(f"shadow.cli.{name}"), name)
        assert isinstance(command, click.Command)
        assert "Example" in (command.help or ""), name


def test_help_names_every_verb_and_imports_nothing_heavy() -> None:
    """`shadow --help` starts at once: no numpy, no database, no SDK."""
    code = (
        "import sys\n"
        "from shadow.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0, end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for title, verbs in SECTIONS:
        assert title in done.stdout
        for verb in verbs:
            assert verb.name in done.stdout
    assert done.stderr.strip() == "[]"


def test_importing_shadow_costs_a_live_process_next_to_nothing() -> None:
    """`import shadow` loads no room at all, and `shadow.wrap` no database, no statistics, no report."""
    code = (
        "import sys; import shadow; assert 'shadow.harness' not in sys.modules\n"
        "shadow.wrap; shadow.labels\n"
        "print([n for n in ('scipy', 'numpy', 'duckdb', 'analysis', 'reports', 'PIL', 'rich') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("verdikt",), 2, "No such command 'verdikt'"),
        (("verdict", "--migration", "prod"), 2, "No migration named 'prod'. Did you mean 'pro'?"),
        (("verdict", "--config", "none.toml"), 2, "No config file at none.toml"),
        (("verdict",), 1, "shadow work"),
        (("baseline", "freeze"), 1, "shadow work"),
        (("report",), 1, "shadow work"),
        (("run", "none.txt"), 2, "none.txt"),
        (("work", "--until-empty"), 2, "GEMINI_API_KEY"),
        (("cutover", "set", "5"), 2, "--reason"),
        (("cutover", "set", "150", "--reason", "x"), 2, "from 0 to 100"),
        (("emulator", "--scenario", "wash-out"), 2, "Did you mean 'washed-out'?"),
    ],
)
def test_a_mistake_ends_with_its_code_and_says_what_to_do(
    shadow: Shadow, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """One message on stderr, never a traceback, and the exit code of its kind."""
    done = shadow(*arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_what_nobody_thought_of_is_one_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the error, the place and how to see all of it; asked for, it is shown in full."""

    def surprise(_: object) -> None:
        {}["what"]

    monkeypatch.setattr("shadow.cli.spool.opened", surprise)
    with pytest.raises(SystemExit) as end:
        main(["spool", "list"])
    said = capsys.readouterr().err
    assert end.value.code == 1
    assert "KeyError: 'what'" in said
    assert "test_cli.py, line" in said
    assert "SHADOW_TRACEBACK=1" in said
    monkeypatch.setenv("SHADOW_TRACEBACK", "1")
    with pytest.raises(KeyError):
        main(["spool", "list"])


def test_a_typo_in_the_config_stops_every_verb(shadow: Shadow, tmp_path: Path) -> None:
    """The key is named with the nearest legal one, whatever the verb."""
    (tmp_path / "config.toml").write_text(CONFIG + "[verdict]\nqualty_margin = 1.0\n")
    for verb in (("status",), ("verdict",), ("work",), ("cutover", "percent")):
        done = shadow(*verb)
        assert done.returncode == 2
        assert "Did you mean 'quality_margin'?" in done.stderr


def test_an_unknown_layer_or_provider_lists_the_legal_ones(shadow: Shadow, tmp_path: Path) -> None:
    """A name nobody knows never passes silently."""
    (tmp_path / "config.toml").write_text(CONFIG + '[gate]\nlayers = ["properties", "judg"]\n')
    done = shadow("work", "--until-empty", GEMINI_API_KEY="k")
    assert (done.returncode, "Did you mean 'judge'?" in done.stderr) == (2, True)
    (tmp_path / "config.toml").write_text(CONFIG + 'provider = "gemin"\n')
    done = shadow("work", "--until-empty", GEMINI_API_KEY="k")
    assert (done.returncode, "Did you mean 'gemini'?" in done.stderr) == (2, True)


def test_a_percentage_is_set_followed_and_rolled_back_with_its_trail(shadow: Shadow) -> None:
    """set, percent, rollback and show: every move stands in the trail with who, from, to and why."""
    assert shadow("cutover", "percent").stdout == "0\n"
    assert "0 % -> 5 %" in shadow("cutover", "set", "5", "--reason", "first stage").stdout
    assert shadow("cutover", "percent").stdout == "5\n"
    assert "5 % -> 0 %" in shadow("cutover", "rollback", "--reason", "grey skies").stdout
    shown = shadow("cutover", "show").stdout
    assert "0 -> 5 %" in shown
    assert "first stage" in shown
    assert "5 -> 0 %" in shown
    assert "grey skies" in shown


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("briefs.jsonl", '{"prompt": "a fox"}\n{"prompt": 3}\n', "line 2"),
        ("briefs.jsonl", '{"prompt": "a fox", "aspect": "1:1"}\n', "Did you mean 'aspect_ratio'?"),
        ("briefs.jsonl", '{"prompt": "a fox", "tags": {"a": 1}}\n', "not an object of texts"),
        ("briefs.jsonl", "{\n", "not JSON"),
        ("briefs.txt", '{"prompt": "a fox"}\n', "*.jsonl"),
        ("briefs.txt", "\n\n", "no brief"),
        ("briefs.txt", "\xff", "UTF-8"),
    ],
)
def test_a_bad_file_of_briefs_names_the_line(shadow: Shadow, tmp_path: Path, name: str, text: str, words: str) -> None:
    """Nothing is sent from a file with a mistake in it."""
    (tmp_path / name).write_bytes(text.encode("latin-1"))
    done = shadow("run", name, GEMINI_API_KEY="k")
    assert done.returncode == 2
    assert name in done.stderr
    assert words in done.stderr
