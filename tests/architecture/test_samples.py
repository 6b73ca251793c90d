"""Samples are runnable: each is played by an end-to-end scenario."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_sample_is_used_by_a_scenario() -> None:
    """A sample that no test runs is one that no longer works."""
    samples = {path.name for path in (ROOT / "samples").iterdir() if path.is_dir()}
    scenarios = "".join(path.read_text() for path in (ROOT / "tests/e2e").glob("test_*.py"))
    assert set(re.findall(r'stage\.sample\("([^"]+)"\)', scenarios)) == samples
