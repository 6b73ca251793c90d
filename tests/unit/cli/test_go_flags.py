"""Options as Docker's tools write them."""

import click
import pytest

from composer.cli.go_flags import plain
from composer.errors import UsageError


@click.command()
@click.option("-a", "--all", is_flag=True)
@click.option("-q", "--quiet", is_flag=True)
@click.option("-n", "--tail", default="all")
@click.option("-c", "--count", type=int)
@click.option("-i", "--interactive/--no-interactive", default=True)
@click.option("--explain", is_flag=False, flag_value="", default=None)
@click.option("--hushed", is_flag=True, hidden=True)
@click.argument("rest", nargs=-1)
def command(**_: object) -> None:
    """Stand in for a command."""


def read(text: str, *, mixed: bool = True) -> str:
    """Return the plain form of a command line."""
    context = click.Context(command, allow_interspersed_args=mixed)
    return " ".join(plain(command, context, text.split()))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("-aq", "--all --quiet"),
        ("-n5", "--tail=5"),
        ("-n=5", "--tail=5"),
        ("-n 5", "--tail=5"),
        ("-n -5", "--tail=-5"),
        ("-aqn5", "--all --quiet --tail=5"),
        ("--tail=a=b", "--tail=a=b"),
        ("--tail= web", "--tail= -- web"),
        ("web --all db", "--all -- web db"),
        ("web -- --all", "-- web --all"),
        ("- --all", "--all -- -"),
        ("--all=true", "--all"),
        ("--all=F", ""),
        ("--all --all=false", ""),
        ("--all=0 --all=1", "--all"),
        ("-a=false", ""),
        ("-i=false", "--no-interactive"),
        ("--interactive=0", "--no-interactive"),
        ("--no-interactive=false", "--interactive"),
        ("--explain", "--explain"),
        ("--explain -a", "--explain --all"),
        ("--explain services", "--explain=services"),
    ],
)
def test_each_form_has_one_plain_form(written: str, expected: str) -> None:
    """Options first, values behind an equals sign, then the arguments."""
    assert read(written) == expected


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0", "0"),
        ("+5", "5"),
        ("-1", "-1"),
        ("0x1F", "31"),
        ("0b11", "3"),
        ("0o17", "15"),
        ("017", "15"),
        ("-0_17", "-15"),
        ("1_000", "1000"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
    ],
)
def test_a_whole_number_may_have_any_base(written: str, number: str) -> None:
    """As in Go's programs, where a leading zero means octal."""
    assert read(f"--count={written}") == f"--count={number}"


@pytest.mark.parametrize(
    "written",
    ["", "08", "0x", "1__0", "_1", "1_", "5.", "\u0663", "9223372036854775808", "9" * 5000],
)
def test_what_is_no_whole_number_of_64_bits_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="invalid argument"):
        read(f"--count={written}")


def test_what_follows_the_first_argument_can_be_the_commands_own() -> None:
    """``exec web ls -a`` hands -a to ls, a double dash too."""
    assert read("-q web ls -a -- --all", mixed=False) == "--quiet -- web ls -a -- --all"


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("--quite", "unknown flag: --quite", "did you mean '--quiet'?"),
        ("--hushes", "unknown flag: --hushes", ""),
        ("--al", "unknown flag: --al", "did you mean '--all'?"),
        ("-aZ", "unknown shorthand flag: 'Z' in -aZ", ""),
        ("--tail", "flag needs an argument: --tail", ""),
        ("-n", "flag needs an argument: 'n' in -n", ""),
        (
            "--all=maybe",
            'invalid argument "maybe" for "-a, --all" flag',
            "a switch is true or false",
        ),
        ("-c=x", 'invalid argument "x" for "-c, --count" flag', "write a whole number"),
    ],
)
def test_a_wrong_option_is_named_with_the_nearest_one(
    written: str, message: str, hint: str
) -> None:
    """Hidden options are not offered, and nothing is abbreviated."""
    with pytest.raises(UsageError) as wrong:
        read(written)
    assert (wrong.value.message, wrong.value.hint) == (message, hint)
