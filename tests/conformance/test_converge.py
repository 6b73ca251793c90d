"""Some pairs of projects: both tools make the same of them.

``python -m tests.conformance.converge --takeover 1 200`` compares more of them.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.oracle import version
from tests.conformance.pairs import story

ROOT = Path(__file__).parents[2]


@pytest.mark.oracle
@pytest.mark.xdist_group("oracle")
def test_both_tools_end_the_same_whoever_began() -> None:
    if not version():
        pytest.skip("docker compose is not installed: nothing to compare with")
    command = [sys.executable, "-m", "tests.conformance.converge", "--takeover", "2", "3"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout == "20 equal, 0 known, 0 different\n", done.stdout + done.stderr


def test_a_story_is_the_same_each_time() -> None:
    assert story(7, 2) == story(7, 2)
    assert story(7) != story(8)
