"""What the flags of ``up``, ``create`` and ``run`` ask of the plan."""

import pytest

from composer.cli.planning import planning_policy, preparing_policy
from composer.cli.settings import Settings


@pytest.mark.parametrize("word", ["always", "missing", "never", "build"])
def test_each_word_of_pull_counts_before_what_the_services_say(word: str) -> None:
    flags = {"build": False, "pull": word, "remove_orphans": False}
    policy = preparing_policy(Settings(), flags)
    assert (policy.pull, policy.build) == (word, False)


@pytest.mark.parametrize(
    ("flag", "variables", "removed"),
    [
        (True, "", True),
        (True, "IGNORE", False),
        (False, "REMOVE", False),
    ],
)
def test_run_removes_orphans_by_its_flag_alone(
    *, flag: bool, variables: str, removed: bool
) -> None:
    """What removes them by a variable is a command for the whole project."""
    settings = Settings(environ={f"COMPOSE_{variables}_ORPHANS": "1"})
    flags = {"build": False, "pull": "", "remove_orphans": flag}
    assert preparing_policy(settings, flags).remove_orphans is removed
    usual = {"no_recreate": False, "force_recreate": False, "no_build": False, "yes": False}
    policy = planning_policy(settings, {**flags, **usual, "scaled": ()})
    assert policy.remove_orphans is (flag or variables == "REMOVE")
