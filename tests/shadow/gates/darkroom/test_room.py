"""Whatever a decoder does, the worker goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shadow.gates.darkroom import Answer, Darkrooms, End, Ended
from shadow.gates.darkroom.room import Darkroom, darkrooms

SCRIPT = Path(__file__).parents[3] / "support" / "darkroom_jobs.py"
LIMITS = {"max_bytes": 1_000_000, "max_pixels": 1_000_000, "max_seconds": 0.2}
OURS = (sys.executable, str(SCRIPT))


@pytest.fixture(scope="module")
def rooms() -> Iterator[Darkrooms]:
    """Darkrooms in which everything goes wrong on demand."""
    made = Darkrooms(lambda: Darkroom(OURS), at_once=2)
    yield made
    made.close()


def pid_of(answer: Answer | Ended) -> int:
    """The number of the process that answered."""
    assert isinstance(answer, Answer)
    return int(answer.words["pid"])


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def dead(pid: int) -> bool:
    """Whether nothing is left of the process, or only its number until somebody waits for it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_one_process_answers_one_after_the_other(rooms: Darkrooms) -> None:
    """Words and bytes go there and back, however many bytes there are, and the process is kept."""
    data = bytes(range(256)) * 9_000
    first, second = (rooms.develop("reveal", data, limits=LIMITS) for _ in range(2))
    assert isinstance(first, Answer)
    assert first.data == data
    assert pid_of(first) == pid_of(second)


def test_a_loop_without_end_is_ended_by_its_processor_time(rooms: Darkrooms) -> None:
    """A decode that would never return is the picture's fault, and the next picture is served."""
    found = rooms.develop("spin", b"x", limits=LIMITS)
    assert found == Ended(how=End.SLOW, reason="It took more than 0.2 s of processor time.")
    assert isinstance(rooms.develop("reveal", b"", limits=LIMITS), Answer)


def test_a_crash_is_the_picture_s_fault(rooms: Darkrooms) -> None:
    """A decoder that reads where nothing is takes only its own process with it."""
    assert rooms.develop("crash", b"", limits=LIMITS) == Ended(how=End.CRASHED, reason="The decoder crashed (SIGSEGV).")
    assert isinstance(rooms.develop("reveal", b"", limits=LIMITS), Answer)


def test_a_process_that_was_killed_is_replaced(rooms: Darkrooms, tmp_path: Path) -> None:
    """What the system kills, for want of memory say, is tried once more."""
    marker = str(tmp_path / "died").encode()
    assert rooms.develop("die_once", marker, limits=LIMITS) == Answer(words={"lived": True})


def test_no_answer_by_the_clock_is_the_machine_s_fault() -> None:
    """A process that does nothing is killed after a while; nothing is said about the picture."""
    found = Darkroom(OURS).ask({"job": "sleep", "seconds": 9.0, "memory": 10**9}, b"", patience=0.5)
    assert isinstance(found, Ended)
    assert found.how is End.LOST


@pytest.mark.skipif(sys.platform != "linux", reason="the bound on memory is Linux's")
def test_a_flood_of_memory_is_an_answer(rooms: Darkrooms) -> None:
    """Beyond the bound there is a MemoryError inside, told as missing; the process lives on."""
    before = pid_of(rooms.develop("reveal", b"", limits=LIMITS))
    assert rooms.develop("devour", b"", limits=LIMITS) == Answer(words={"missing": "out of memory"})
    assert pid_of(rooms.develop("reveal", b"", limits=LIMITS)) == before


def test_no_key_reaches_the_process(rooms: Darkrooms, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the environment only what a process needs is handed on, and BLAS is told to keep to one thread."""
    monkeypatch.setenv("GEMINI_API_KEY", "secret")
    found = rooms.develop("reveal", b"", limits=LIMITS)
    assert isinstance(found, Answer)
    assert "secret" not in found.words["environment"].values()
    assert found.words["environment"]["OPENBLAS_NUM_THREADS"] == "1"


def test_no_more_processes_than_are_allowed_at_once(rooms: Darkrooms) -> None:
    """Many threads share a few processes, and each gets its own answer."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: rooms.develop("reveal", bytes(number), limits=LIMITS), range(24)))
    assert [len(item.data) for item in found if isinstance(item, Answer)] == list(range(24))
    assert len({pid_of(item) for item in found}) <= 2


ORPHANED = """
import sys, time
from shadow.gates.darkroom.room import Darkroom
room = Darkroom()
print(room.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_it_ends_with_a_worker_that_was_killed() -> None:
    """kill -9 of the worker leaves nobody to end the darkroom: it ends by itself."""
    worker = subprocess.Popen([sys.executable, "-c", ORPHANED], stdout=subprocess.PIPE, text=True)
    with worker:
        pid = int(worker.stdout.readline())
        assert alive(pid)
        worker.kill()
    deadline = time.monotonic() + 60
    while alive(pid) and not dead(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_closed_room_leaves_nothing_behind(rooms: Darkrooms) -> None:
    """The process is ended and waited for."""
    pid = pid_of(rooms.develop("reveal", b"", limits=LIMITS))
    assert alive(pid)
    rooms.close()
    assert not alive(pid)


def test_signals_meant_for_the_worker_do_not_end_it(good: bytes) -> None:
    """Ctrl-C and a service manager reach every process of a group; the picture at work is finished all the same."""
    room = Darkroom()
    words = {"job": "examine", "seconds": 9.0, "memory": 10**9, "limits": {}, "asked": {}}
    first = room.ask(words, good, patience=60.0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(room.pid, number)
    assert room.ask(words, good, patience=60.0) == first
    room.close()


@pytest.fixture
def good(saved: Callable, scene: object) -> bytes:
    """A sound picture."""
    return bytes(saved(scene, "PNG"))


def test_the_process_s_own_are_made_once() -> None:
    """Layers are made for each capture, darkrooms once."""
    assert darkrooms() is darkrooms()
