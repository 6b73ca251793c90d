"""How many arguments a command takes, told in the words that scripts know from Docker's tools.

May import: errors.
"""

from collections.abc import Sequence

import click

from composer.errors import UsageError


def check_number(command: click.Command, ctx: click.Context, words: Sequence[str]) -> None:
    """Raise UsageError where *words*, in the plain form, are too few or too many.

    Where help is asked for, any number will do.
    """
    end = words.index("--") if "--" in words else len(words)
    if "--help" in words[:end]:
        return
    given = words[end + 1 :]
    taken = [one for one in command.get_params(ctx) if isinstance(one, click.Argument)]
    least = sum(one.required for one in taken)
    endless = ctx.allow_extra_args or any(one.nargs < 0 for one in taken)
    most = None if endless else len(taken)
    if len(given) < least or (most is not None and len(given) > most):
        hint = f"{ctx.command_path} --help tells what there is"
        raise UsageError(_wrong(ctx.command_path, given, least, most), hint=hint)


def _wrong(path: str, given: Sequence[str], least: int, most: int | None) -> str:
    number = len(given)
    if most is None:
        return f"requires at least {least} arg(s), only received {number}"
    if most == 0:
        return f'unknown command "{given[0]}" for "{path}"'
    if least == most:
        return f"'{path}' requires {least} argument{'s' if least > 1 else ''}"
    if least == 0:
        return f"accepts at most {most} arg(s), received {number}"
    return f"accepts between {least} and {most} arg(s), received {number}"
