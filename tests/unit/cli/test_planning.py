"""What the flags of ``up``, ``create`` and ``run`` ask of the plan."""

import pytest

from composer.cli.planning import preparing_policy
from composer.cli.settings import Settings


@pytest.mark.parametrize("word", ["always", "missing", "never", "build"])
def test_each_word_of_pull_counts_before_what_the_services_say(word: str) -> None:
    flags = {"build": False, "pull": word, "remove_orphans": False}
    policy = preparing_policy(Settings(), flags)
    assert (policy.pull, policy.build) == (word, False)
