"""The verb `emulator`."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from google import genai
from google.genai import types

from shadow.cli.emulator import emulator, truth_of
from shadow.emulator import SCENARIOS, name_of

PRO, FLASH = "gemini-3-pro-image", "gemini-3.1-flash-image"
BRIEF = "serene mountain valley at dawn with a lone tree"
Ask = Callable[..., types.GenerateContentResponse]


def told(*arguments: str) -> Result:
    return CliRunner().invoke(emulator, arguments)


@contextmanager
def served(*arguments: str) -> Iterator[tuple[list[str], Ask]]:
    """The verb in a process of its own: the lines it says at the start, and the SDK to ask it."""
    command = [sys.executable, "-m", "shadow", "emulator", "--port", "0", "--today", "2026-06-01", *arguments]
    with ExitStack() as stack:
        process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ))
        stack.callback(process.terminate)
        assert process.stdout is not None
        lines = [process.stdout.readline().strip()]
        url = next(word for word in lines[0].split() if word.startswith("http://"))
        options = types.HttpOptions(base_url=url, client_args={"trust_env": False})
        client = stack.enter_context(genai.Client(api_key="any", http_options=options))
        expected = 2 + ("--pictures" in arguments)
        lines += [process.stdout.readline().strip() for _ in range(expected)]
        yield lines, lambda model: client.models.generate_content(model=model, contents=BRIEF)


def test_the_list_tells_every_scenario_and_its_truth() -> None:
    """One line for each: what it is and what a harness should find."""
    lines = told("--list").output.splitlines()
    assert [line.split()[0] for line in lines] == list(SCENARIOS)
    assert all(line.endswith(truth_of(scenario)) for line, scenario in zip(lines, SCENARIOS.values(), strict=True))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tail", "quality -3.2 ± 0.7 points, 8% of the briefs differ, by -40 ± 3 each"),
        ("slow", "a picture takes 3 times as long"),
        ("drift", "quality -6 ± 1 points, all this after the candidate's first 200 pictures"),
        ("flaky", "6% of the pictures missing, 5% of the calls fail and succeed when asked again"),
    ],
)
def test_a_truth_in_words(name: str, words: str) -> None:
    """Shares, factors and the start are told where there are any."""
    assert words in truth_of(SCENARIOS[name])


def test_the_name_of_a_brief_can_be_asked_for() -> None:
    """Each prompt is printed with the name of its picture file."""
    assert told("--name", BRIEF, "--name", "a cat").output.splitlines() == [
        f"{name_of(BRIEF)}  {BRIEF}",
        f"{name_of('a cat')}  a cat",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--scenario", "tial"), "'tial'. Did you mean 'tail'?"),
        (("--candidate", "gemini-3-pro-imag"), "Did you mean 'gemini-3-pro-image'?"),
        (("--candidate", "gemini-3.5-flash"), "'gemini-3.5-flash'."),
        (("--candidate", f"{PRO}=slwo"), "'slwo'. Did you mean 'slow'?"),
        (("--candidate", f"{PRO}=slow", "--scenario", "x"), "Invalid value for --scenario: 'x'. Legal: better"),
    ],
)
def test_names_nobody_knows_end_the_verb(arguments: tuple[str, ...], words: str) -> None:
    """A wrong scenario or model is named with the legal ones."""
    result = told(*arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_a_folder_of_pictures_that_no_model_has_ends_the_verb(tmp_path: Path) -> None:
    """The folders in --pictures are model ids."""
    (tmp_path / "gemini-3-pro").mkdir()
    result = told("--pictures", str(tmp_path))
    assert result.exit_code == 2
    assert "'gemini-3-pro'. Did you mean 'gemini-3-pro-image'?" in result.output


def test_a_port_in_use_is_told_in_one_sentence() -> None:
    """No traceback where another process listens already, but what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = told("--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert result.output.startswith("Error: Cannot listen on 127.0.0.1:")
    assert "--port 0 takes a free port." in result.output


def test_candidates_with_scenarios_of_their_own_and_pictures_from_files(tmp_path: Path) -> None:
    """Two candidates at once: each is told with its scenario; files answer, and a brief without one gets NO_IMAGE."""
    (tmp_path / PRO).mkdir()
    (tmp_path / PRO / f"{name_of(BRIEF)}.png").write_bytes(b"whatever it is")
    arguments = ["--candidate", f"{PRO}=slow", "--candidate", FLASH, "--scenario", "tail", "--after", "7"]
    with served(*arguments, "--pictures", str(tmp_path), "--missing", "no-image") as (lines, ask):
        assert lines[1] == (
            f"{PRO}: slow. Truth: quality +0 ± 0.3 points, a picture takes 3 times as long, "
            "all this after the candidate's first 7 pictures."
        )
        assert lines[2].startswith(f"{FLASH}: tail. Truth: ")
        assert lines[3] == (f"Pictures in {tmp_path}: 1. A brief without one gets NO_IMAGE; /-/wanted lists these.")
        found = (ask(PRO).parts or [])[-1].inline_data
        assert found is not None
        assert (found.data, found.mime_type) == (b"whatever it is", "image/png")
        assert [candidate.finish_reason for candidate in ask(FLASH).candidates or []] == [types.FinishReason.NO_IMAGE]


def test_pictures_that_no_brief_can_have_are_told(tmp_path: Path) -> None:
    """A file named by hand is no silent miss: the verb says how many, and how names are found."""
    (tmp_path / PRO).mkdir()
    (tmp_path / PRO / "castle.png").write_bytes(b"x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = told("--pictures", str(tmp_path), "--port", str(taken.getsockname()[1]))
    assert f"Pictures in {tmp_path} with a name that no brief has: 1, such as castle.png." in result.output
