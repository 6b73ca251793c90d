"""The command line has what Docker Compose's has, and says so."""

import ast
import inspect
import subprocess
from importlib import import_module

import pytest

from tests.conformance.commands import (
    PRINTED,
    missing,
    options,
    ours,
    page,
    read_help,
    recorded,
)

SHARED = sorted(recorded().keys() & ours().keys())


def test_the_page_is_printed_from_the_code() -> None:
    """``make commands`` prints it anew."""
    assert PRINTED.read_text() == page(), "run `make commands`"


def test_no_command_and_no_option_is_missing() -> None:
    """Also those of groups, as in `bridge transformations list`."""
    assert list(missing()) == []


@pytest.mark.parametrize("name", SHARED)
def test_options_take_a_value_where_the_peers_do(name: str) -> None:
    """``--pull`` of ``build`` is a switch, that of ``up`` has a value."""
    known = options(ours()[name])
    wrong = [
        one.long
        for one in recorded()[name]
        if one.long in known and known[one.long].is_flag == one.value
    ]
    assert not wrong


@pytest.mark.parametrize("name", [name for name in ours() if name])
def test_no_option_is_ignored(name: str) -> None:
    """The value of each option is read somewhere in the command's module, or handed on."""
    used = _used(ours()[name].callback.__module__)
    if "quietly" in used:
        used |= {"quiet_pull", "quiet_build"}
    if used & {"planning_policy", "preparing_policy"}:
        used |= _used("composer.cli.planning")
    if name == "up":  # hands its flags on
        used |= _used("composer.cli.attached") | _used("composer.cli.menu")
    known = {str(one.name) for one in options(ours()[name]).values()} - {"dry_run"}
    assert not known - used or "**flags" in used, known - used


def _used(module: str) -> set[str]:
    """Return the names and words that the code of a module uses, outside of decorators."""
    tree = ast.parse(inspect.getsource(import_module(module)))
    for one in ast.walk(tree):
        if isinstance(one, ast.FunctionDef):
            one.decorator_list = []
    used = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    used |= {str(one.value) for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call)]
    handed_on = any(keyword.arg is None for one in calls for keyword in one.keywords)
    return used | ({"**flags"} if handed_on else set())


@pytest.mark.oracle
@pytest.mark.parametrize("name", list(recorded()))
def test_the_record_is_what_the_peer_says(name: str) -> None:
    """The visible options, their shorthands and kinds are those of its help."""
    said = subprocess.run(
        ["docker", "compose", *name.split(), "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    visible = [one for one in recorded()[name] if not one.hidden]
    assert sorted(visible) == sorted(read_help(said))
