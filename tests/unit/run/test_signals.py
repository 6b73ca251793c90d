"""Breaking off by a signal where that does no harm; played in processes of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

START = """
import functools, os, queue, signal, sys, threading, types
from composer.errors import Interrupted
from composer.run.signals import break_off, waking
signal.signal(signal.SIGTERM, break_off)

def hit():
    signal.raise_signal(signal.SIGTERM)
    reached.append(True)

reached = []
"""
MOMENTS = {
    "the start of a thread": """
        names = ("_start_joinable_thread", "_start_new_thread")  # from Python 3.13 on, and before
        name = next(one for one in names if hasattr(threading, one))
        begin = getattr(threading, name)
        def start(*arguments, **options):
            begin(*arguments, **options)
            hit()
        setattr(threading, name, start)
        ran = threading.Event()
        thread = threading.Thread(target=ran.set)
        attempt(thread.start)
        thread.join()
        assert ran.is_set()
    """,
    "an import": """
        with open("halfway.py", "w") as file:
            file.write("import __main__; __main__.hit(); whole = True")
        sys.path.insert(0, ".")
        def load():
            import halfway
        attempt(load)
        assert sys.modules["halfway"].whole
    """,
    "a lock": """
        condition = threading.Condition()
        struck = functools.partial(signal.raise_signal, signal.SIGTERM)
        condition._lock = types.SimpleNamespace(__enter__=struck)
        def enter():
            condition.__enter__()
            reached.append(True)
        attempt(enter)
    """,
    "the start of a process": """
        import subprocess
        execute = subprocess.Popen._execute_child
        def spawn(*arguments):
            execute(*arguments)
            hit()
        subprocess.Popen._execute_child = spawn
        made = []
        class Made(subprocess.Popen):
            def __init__(self, *arguments):
                super().__init__(*arguments)
                made.append(self)
        attempt(lambda: Made(["true"]))
        assert made[0].wait() == 0
    """,
    "a destructor": """
        class Thing:
            def __del__(self):
                hit()
        def drop():
            thing = Thing()
            del thing
        attempt(drop)
    """,
}
ATTEMPT = """
def attempt(act):
    try:
        act()
        while True:  # soon
            pass
    except Interrupted as ended:
        assert ended.exit_code == 128 + signal.SIGTERM
        assert reached, "broken off at once"
    else:
        raise AssertionError("not broken off")
"""


def play(folder: Path, text: str) -> None:
    lines = [START, ATTEMPT, *text.splitlines()]
    script = "\n".join(line.removeprefix("        ") for line in lines)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_must_not_be_half_done_is_done_first(tmp_path: Path, moment: str) -> None:
    """The exception comes a moment later."""
    play(tmp_path, MOMENTS[moment])


def test_elsewhere_it_breaks_off_at_once(tmp_path: Path) -> None:
    text = """
        try:
            hit()
        except Interrupted:
            assert not reached
        else:
            raise AssertionError
    """
    play(tmp_path, text)


def test_a_wait_that_does_not_end_is_broken_off(tmp_path: Path) -> None:
    """It looks like the moments inside a lock, but lasts."""
    text = """
        reached.append(True)
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
        attempt(threading.Event().wait)
    """
    play(tmp_path, text)


def test_an_exception_that_was_swallowed_comes_again(tmp_path: Path) -> None:
    """A generator that is thrown away ends in a place that does not show: nothing is printed."""
    text = """
        def generate():
            try:
                yield
            finally:
                reached.append(True)
                os.kill(os.getpid(), signal.SIGTERM)
                for _ in range(10_000):
                    pass
        def drop():
            thrown_away = generate()
            next(thrown_away)
            del thrown_away
        attempt(drop)
    """
    play(tmp_path, text)


def test_the_main_thread_hears_of_a_signal_that_another_thread_was_given(tmp_path: Path) -> None:
    """The system chooses one that does not block it; meanwhile the main one waits for mail."""
    text = """
        mail = queue.SimpleQueue()
        signal.signal(signal.SIGTERM, lambda *_: mail.put("heard"))
        told = threading.Event()
        with waking(told.set):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
            assert mail.get(timeout=60) == "heard"
            assert told.wait(60)
    """
    play(tmp_path, text)
