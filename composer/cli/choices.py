"""Options that take one of several values, refused in Compose's words.

May import: spec.units.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class OneOf(click.Choice[str]):
    """One of several values; *refusal* is what Compose says of another one, ``{}`` in its place.

    With *blank*, an empty text stands for none of them.
    """

    def __init__(self, choices: Sequence[str], refusal: str, *, blank: bool = False) -> None:
        super().__init__(choices)
        self.refusal = refusal
        self.blank = blank

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the choice, or None."""
        return None if self.blank and value == "" else super().convert(value, param, ctx)

    def get_invalid_choice_message(self, value: str, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Say what was given, and what may be."""
        return f"{self.refusal.format(value)}. Should be one of {', '.join(self.choices)}"


class Known(click.Choice[str]):
    """Values that completion and help offer; any other is left to the command."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ARG002
        """Return *value* as it is."""
        return value


class Size(click.ParamType[str]):
    """A number of bytes, as in 64m; kept as it was written."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return *value*, or say what is wrong with it."""
        from composer.spec.units import parse_size

        try:
            parse_size(value)
        except ValueError as wrong:
            flag = ", ".join(param.opts) if param else ""
            said = f'invalid argument "{value}" for "{flag}" flag'
            self.fail(f"{said}: {wrong}", param, ctx)
        return value


class _Pull(OneOf):
    """When images are pulled; the specification's other word for "missing" is taken, too."""

    def __init__(self) -> None:
        refusal = 'invalid --pull option "{}"'
        super().__init__(("always", "missing", "never", "build"), refusal)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return one of the choices."""
        return super().convert("missing" if value == "if_not_present" else value, param, ctx)


PULL = _Pull()
"""When ``up``, ``create`` and ``run`` pull; without it, each service's own policy counts."""


def _deadline(_: click.Context, __: click.Parameter, seconds: int | None) -> int | None:
    """Return None, no limit, where nothing positive was given. So does Docker Compose."""
    return seconds if seconds and seconds > 0 else None


def _replica(_: click.Context, __: click.Parameter, number: int) -> int:
    """Return 0, any replica, where nothing positive was given. So does Docker Compose."""
    return max(number, 0)


def index(help_: str) -> Callable[[_Decorated], _Decorated]:
    """Return the option ``--index``, which chooses one of a service's containers."""
    return click.option("--index", type=int, default=0, callback=_replica, metavar="N", help=help_)


INDEX = index("The replica with this number.")

WAIT_TIMEOUT = click.option(
    "--wait-timeout",
    type=int,
    default=None,
    callback=_deadline,
    metavar="SECONDS",
    help="Wait no longer than this.",
)
