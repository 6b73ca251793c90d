"""What a program asks for: wrong values are refused when they are given, single ones taken."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from composer.api import Composer
from composer.api.execute import ExecRequest
from composer.errors import ConsistencyError, UsageError
from composer.logs.read import LogOptions
from composer.plan.policy import DownPolicy, UpPolicy
from composer.run.oneoff import OneOff


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: DownPolicy(images="foo"),  # type: ignore[arg-type]
            "DownPolicy: images is 'foo', not one of '', 'all', 'local'",
        ),
        (
            lambda: UpPolicy(pull="sometimes"),  # type: ignore[arg-type]
            (
                "UpPolicy: pull is 'sometimes', not one of '', 'always', 'missing',"
                " 'if_not_present',"
                " 'never', 'build'"
            ),
        ),
        (
            lambda: UpPolicy().replace(recreate="bogus"),
            "UpPolicy: recreate is 'bogus', not one of 'diverged', 'force', 'never'",
        ),
        (
            lambda: UpPolicy(scale={"web": -1}),
            "UpPolicy: scale is {'web': -1}, not numbers of containers, 0 or more",
        ),
        (
            lambda: UpPolicy(scale={"web": "2"}),  # type: ignore[dict-item]
            "UpPolicy: scale is {'web': '2'}, not a mapping of texts to a whole number each",
        ),
        (
            lambda: UpPolicy(timeout="3"),  # type: ignore[arg-type]
            "UpPolicy: timeout is '3', not a whole number or None",
        ),
        (
            lambda: UpPolicy(wait="yes"),  # type: ignore[arg-type]
            "UpPolicy: wait is 'yes', not True or False",
        ),
        (
            lambda: UpPolicy(wait_timeout=True),
            "UpPolicy: wait_timeout is True, not a number or None",
        ),
        (lambda: DownPolicy(services=(1,)), "1 is no name: a text is expected"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_value_is_refused_when_it_is_given(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        make()
    assert str(refused.value) == message


def test_a_single_text_is_one_where_several_are_taken() -> None:
    single: Any = "web"
    assert DownPolicy(services=single).services == ("web",)
    assert LogOptions(services=single).services == ("web",)
    assert ExecRequest(single).command == ("web",)
    assert OneOff(entrypoint=None).entrypoint is None
    listed: Any = ["a", "b"]
    assert OneOff(command=listed).command == ("a", "b")


def test_one_file_one_profile_and_one_service_are_taken_as_such(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("services: {web: {image: a}, tool: {image: a, profiles: [dev]}}")
    for given in (str(file), file, [file]):
        app = Composer(given, profiles="dev", environ={})
        assert set(app.project.services) == {"web", "tool"}
    with pytest.raises(ConsistencyError, match="no such service: we"):
        app.ps("we")
