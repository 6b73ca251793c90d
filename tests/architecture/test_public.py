"""The public names of the package."""

import inspect
import re
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import composer
from composer.api import Composer
from composer.value import Value


def test_every_public_name_can_be_imported() -> None:
    for name in composer.__all__:
        found = getattr(composer, name)
        assert not inspect.isclass(found) or found.__name__ == name
    assert dir(composer) == sorted(composer.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nope'"):
        _ = composer.Nope


def test_importing_the_package_imports_nothing_of_it() -> None:
    program = "import sys, composer; print([n for n in sys.modules if n.startswith('composer.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def _methods() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the methods that are the library's, with how it is made; not those of a session."""
    yield "__init__", Composer.__init__
    homes = {"composer.api", *(f"composer.api.{one}" for one in ("imaging", "inside", "looking"))}
    for name, method in inspect.getmembers(Composer, inspect.isfunction):
        if method.__module__ in homes and not name.startswith("_"):
            yield name, method


def _classes(kind: Any) -> Iterator[type]:
    """Yield the package's classes in an annotation."""
    if inspect.isclass(kind) and kind.__module__.startswith("composer."):
        yield kind
    for part in typing.get_args(kind):
        for one in part if isinstance(part, list) else [part]:
            yield from _classes(one)


PUBLIC = {name: getattr(composer, name) for name in composer.__all__}


@pytest.mark.parametrize(("name", "method"), list(_methods()))
def test_all_that_a_method_takes_and_returns_has_a_public_name(
    name: str, method: Callable[..., Any]
) -> None:
    """Also what the fields of its options are."""
    needed = [
        one
        for kind in typing.get_type_hints(method, localns=PUBLIC).values()
        for one in _classes(kind)
    ]
    for one in needed:
        assert PUBLIC.get(one.__name__) is one, f"{name} needs {one.__name__}"


@pytest.mark.parametrize("kind", [one for one in PUBLIC.values() if inspect.isclass(one)])
def test_all_fields_of_options_have_public_types(kind: type) -> None:
    if not issubclass(kind, Value) or not kind.__name__.endswith(("Options", "Policy", "Request")):
        return
    for name, one in kind.__annotations__.items():
        for part in _classes(one):
            assert part.__name__ in PUBLIC, f"{kind.__name__}.{name} needs {part.__name__}"


@pytest.mark.parametrize(("name", "method"), list(_methods())[1:])
def test_each_method_says_which_errors_it_raises(name: str, method: Callable[..., Any]) -> None:
    told = inspect.getdoc(method) or ""
    assert "Raises " in told, name
    for word in re.findall(r"\w+Error\b", told):
        assert word in PUBLIC
