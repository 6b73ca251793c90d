"""Files made to exhaust the machine end in one clear error, soon and in little memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS, KILOBYTES = 10, 200 * 1024
"""Of the processor: what has no bound takes minutes; on a busy machine all takes twice as long."""
_BOMB = "x0: &x0 [a, a, a, a, a, a, a, a, a]\n" + "".join(
    f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
_ENV = "services: {{a: {{image: x, env_file: {0}}}}}\n"
_MEASURED = """
import re, resource, sys
from composer.cli.root import run
code = run(["config", "-q"])
used = resource.getrusage(resource.RUSAGE_SELF)
# unlike ru_maxrss, this is without the memory of the process that started this one
peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())
print(used.ru_utime + used.ru_stime, peak[1])
sys.exit(code)
"""
HOSTILE = {
    "aliases that multiply": (_BOMB, "too-large"),
    "a merge key on itself": ("x: &a {<<: *a}\n", "alias-cycle"),
    "an alias in its own anchor": ("x: &a [*a]\n", "alias-cycle"),
    "10,000 nested lists": ("x: " + "[" * 10_000 + "]" * 10_000, "too-deep"),
    "10,000 nested mappings": ("x: " + "{a: " * 10_000 + "}" * 10_000, "too-deep"),
    "an endless environment file": (_ENV.format("/dev/zero"), "missing-env-file"),
    "an environment file that nobody writes": (_ENV.format("pipe"), "missing-env-file"),
    "an included file that nobody writes": ("include: [pipe]\n", "missing-file"),
    "a label file that nobody writes": (
        "services: {a: {image: x, label_file: pipe}}\n",
        "missing-label-file",
    ),
    "an extended file without an end": (
        "services: {a: {extends: {file: /dev/zero, service: a}}}\n",
        "missing-file",
    ),
    "variables that double": (_ENV.format("doubling"), "too-large"),
    "a variable that is there too often": (
        "services: {a: {image: x, command: [" + "$LONG," * 100 + "]}}\n",
        "too-large",
    ),
    "includes that double": ("include: [a0.yaml, b0.yaml]\n", "too-large"),
    "a NUL character": ("services: {a: {image: 'x\0'}}\n", "encoding"),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_in_an_error(tmp_path: Path, text: str, code: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "doubling").write_text(
        "A0=aaaaaaaaaa\n" + "".join(f"A{n + 1}=${{A{n}}}${{A{n}}}\n" for n in range(40))
    )
    (tmp_path / ".env").write_text(f"LONG={'a' * 1_000_000}\n")
    for level in range(20) if "a0.yaml" in text else ():
        for name in "ab":
            both = f"include: [a{level + 1}.yaml, b{level + 1}.yaml]\n"
            (tmp_path / f"{name}{level}.yaml").write_text(both if level < 19 else "services: {}\n")
    (tmp_path / "compose.yaml").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert f"[{code}]" in done.stderr
    if "pipe" in text or "/dev/zero" in text:
        assert "is a device, pipe or socket" in done.stderr
    seconds, kilobytes = done.stdout.split()
    assert float(seconds) < SECONDS
    assert int(kilobytes) < KILOBYTES


def test_five_thousand_services_are_no_attack(tmp_path: Path) -> None:
    lines = [f"  s{n}: {{image: x, ports: ['{n}:80'], depends_on: [s0]}}" for n in range(1, 5000)]
    text = "\n".join(["services:", "  s0: {image: x}", *lines])
    (tmp_path / "compose.yaml").write_text(text)
    command = [sys.executable, "-m", "composer", "config", "--services"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 5000
