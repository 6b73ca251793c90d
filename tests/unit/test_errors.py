"""Errors as values: what they tell a program, also in another process."""

import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

import composer
from composer.build.grpc import Refused
from composer.errors import ComposerError, EngineConflict, Failure, SchemaError
from composer.source import Diagnostic, Position

PLACE = Position("compose.yaml", 3, 5)
FAILURE = Failure(
    "start web-1", "Container web-1", "no", EngineConflict("no", hint="wait"), ("more",),
    service="web", position=PLACE, path="services.web",
)  # fmt: skip
GIVEN: dict[str, Any] = {
    "message": "it went wrong",
    "hint": "do it right",
    "diagnostics": (Diagnostic("error", "a-code", "wrong", PLACE, notes=((PLACE, "here"),)),),
    "warnings": (Diagnostic("warning", "another-code", "doubtful", PLACE),),
    "failures": (FAILURE,),
    "exit_code": 7,
    "cut": True,
    "signal": 2,
    "told": True,
    "code": 5,
    "details": (("kind", b"content"),),
    "refused": Refused(3, "refused"),
}


def _kinds(base: type[ComposerError] = ComposerError) -> Iterator[type[ComposerError]]:
    for module in pkgutil.walk_packages(composer.__path__, "composer."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    pending = [base]
    for kind in pending:
        pending += kind.__subclasses__()
        if kind.__module__.startswith("composer."):
            yield kind


@pytest.mark.parametrize("kind", tuple(_kinds()), ids=lambda kind: kind.__name__)
def test_every_error_comes_out_of_a_pickle_as_it_was(kind: type[ComposerError]) -> None:
    """As from a pool of processes."""
    error = kind(**{name: GIVEN[name] for name in inspect.signature(kind).parameters})
    found = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(found) is kind
    assert str(found) == str(error)
    assert found.args == error.args
    assert repr(vars(found)) == repr(vars(error))
    assert found.exit_code == error.exit_code


def _fail() -> None:
    raise SchemaError(GIVEN["diagnostics"])


def test_an_error_comes_back_from_another_process() -> None:
    with ProcessPoolExecutor(1) as pool, pytest.raises(SchemaError) as raised:
        pool.submit(_fail).result(60)
    assert raised.value.diagnostics[0].position == PLACE
