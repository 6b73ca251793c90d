"""Too few arguments, and too many."""

import pytest

from composer.cli.root import run


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("attach", "requires at least 1 arg(s), only received 0"),
        ("exec web", "requires at least 2 arg(s), only received 1"),
        ("wait", "requires at least 1 arg(s), only received 0"),
        ("commit", "accepts between 1 and 2 arg(s), received 0"),
        ("commit --pause -- a b c", "accepts between 1 and 2 arg(s), received 3"),
        ("cp a", "'composer cp' requires 2 arguments"),
        ("alpha publish a b", "'composer alpha publish' requires 1 argument"),
        ("stats a b", "accepts at most 1 arg(s), received 2"),
        ("ls -q a b", 'unknown command "a" for "composer ls"'),
    ],
)
def test_a_wrong_number_of_arguments_is_told_in_docker_s_words(
    line: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(line.split()) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == f"error: {words}"
    assert told[1].endswith("--help tells what there is")


@pytest.mark.parametrize("line", ["cp --help", "ls a b -h", "wait --help"])
def test_help_takes_any_number_of_arguments(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 0
    assert capsys.readouterr().out.startswith("Usage: composer")
