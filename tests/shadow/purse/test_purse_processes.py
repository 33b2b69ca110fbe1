"""One purse, many workers: threads, processes, and kill -9."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from purse_asks import Clock, Purses, admission, begun, committed

from shadow.budget import Caps
from shadow.prices import NANO
from shadow.purse.answers import Verdict
from shadow.purse.purse import Purse

CAP = 40
GREEDY = """
import sys, threading, time
from purse_asks import admission, begun
from shadow.budget import Caps
from shadow.prices import NANO
from shadow.purse.answers import Verdict
from shadow.purse.purse import Purse
from pathlib import Path

path, process = Path(sys.argv[1]), sys.argv[2]
purse = Purse(path, caps=Caps(total={cap} * NANO), per_minute={{}})
most = []

def work(thread):
    for number in range(25):
        name = f"{{process}}-{{thread}}-{{number}}"
        if purse.admit(admission(name, 1.0)) is Verdict.ADMITTED:
            call = begun(purse, name, 1.0)
            books = purse.standing().books
            most.append(books.total + books.promised)
            time.sleep(0.002)  # a call takes time, in which the others ask
            purse.settle(call, round(0.75 * NANO))
            purse.finish(name)

print("ready", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
purse.close()
print(max(most, default=0), purse.spent)
"""
DIES = """
import sys, time
from pathlib import Path
from purse_asks import admission, begun
from shadow.budget import Caps
from shadow.prices import NANO
from shadow.purse.purse import Purse

purse = Purse(Path(sys.argv[1]), caps=Caps(total={cap} * NANO), per_minute={{}})
purse.admit(admission("held", 30.0))
begun(purse, "held", 10.0)
print("begun", flush=True)
time.sleep(60)
"""


def started(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """A Python process that runs this code with the tests' own modules at hand."""
    paths = f"import sys; sys.path[:0] = {[entry for entry in sys.path if entry]!r}\n"
    command = [sys.executable, "-c", paths + code.format(cap=CAP), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def line(worker: "subprocess.Popen[str]") -> str:
    """The next line that a process says."""
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def test_two_processes_of_many_threads_never_pass_the_cap(tmp_path: Path) -> None:
    """Spent and promised together stay within the cap at every look; what each booked adds up."""
    path = tmp_path / "purse.sqlite"
    workers = [started(GREEDY, str(path), name) for name in "ab"]
    assert [line(worker) for worker in workers] == ["ready", "ready"]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [[int(word) for word in worker.communicate(timeout=60)[0].split()] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert max(most for most, _ in said) <= CAP * NANO
    purse = Purse(path, caps=Caps(total=CAP * NANO), per_minute={})
    books = purse.standing().books
    purse.close()
    assert books.total == sum(spent for _, spent in said)
    assert books.promised == 0
    assert (CAP - 2) * NANO <= books.total <= CAP * NANO


def test_a_worker_killed_in_the_middle_of_a_call_frees_nothing_by_itself(purse_of: Purses, tmp_path: Path) -> None:
    """Its reservation holds; who takes the capture over finds the call, books it, and the cap still holds."""
    purse = purse_of(total=CAP)
    holder = started(DIES, str(tmp_path / "purse.sqlite"))
    assert line(holder) == "begun"
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=10)
    assert committed(purse) == 30.0
    assert purse.admit(admission("other", 11.0)) is Verdict.LATER
    purse.resume("held")
    assert purse.standing().books.total == 10 * NANO
    assert purse.standing().counts == {"booked at its estimate": (1, 1), "possibly paid twice": (1, 1)}
    assert committed(purse) == 30.0


def test_threads_share_one_purse(purse_of: Purses, clock: Clock) -> None:
    """Forty threads want one USD each of twenty: twenty get it, nobody gets it twice."""
    purse = purse_of(total=20)
    got: list[int] = []

    def want(number: int) -> None:
        if purse.admit(admission(str(number))) is Verdict.ADMITTED:
            purse.settle(begun(purse, str(number)), NANO)
            got.append(number)

    threads = [threading.Thread(target=want, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 20
    assert committed(purse) == 20.0
    assert clock.now > 0
