"""The grammar of options that Docker's tools have, put before click's.

    -f=x  -fx  -aq  --tail=5  --wait=false  --pull always web --no-deps  --

A switch may have a value after an equals sign, a shorthand too; what follows the first argument of
``exec`` and ``run`` is the command's own. Nothing is abbreviated.

May import: cli.numbers, errors, source, switches.
"""

from collections.abc import Iterable, Sequence

import click

from composer.cli.numbers import of_a_flag
from composer.errors import UsageError
from composer.switches import FALSE, TRUE

_WRITTEN = "composer.written"


def plain(command: click.Command, ctx: click.Context, arguments: Sequence[str]) -> list[str]:
    """Return *arguments* in the one form that click and Docker's tools read alike.

    Options come first, each with its value behind an equals sign, then ``--`` and the rest.
    Raises UsageError for an option that the command does not have.
    """
    reading = _Reading(command, ctx)
    left = list(arguments)
    while left:
        word = left.pop(0)
        if word == "--":
            reading.rest += left
            break
        if word.startswith("--"):
            left = reading.long(word, left)
        elif word.startswith("-") and word != "-":
            left = reading.short(word, left)
        else:
            reading.rest.append(word)
            if not ctx.allow_interspersed_args:
                reading.rest += left
                break
    ctx.meta[_WRITTEN] = reading.written
    return reading.words()


def written(name: str) -> bool:
    """Tell whether the option of the running command was written at all, whatever its value."""
    return name in click.get_current_context().meta.get(_WRITTEN, ())


class _Reading:
    """What was read of one command line so far."""

    def __init__(self, command: click.Command, ctx: click.Context) -> None:
        self.options = {
            name: one
            for one in command.get_params(ctx)
            if isinstance(one, click.Option)
            for name in (*one.opts, *one.secondary_opts)
        }
        self.given: list[tuple[click.Option, str]] = []
        self.rest: list[str] = []
        self.written: set[str | None] = set()

    def long(self, word: str, left: list[str]) -> list[str]:
        """Take ``--name`` or ``--name=value``; return what is left."""
        name, equals, value = word.partition("=")
        if name not in self.options:
            raise _unknown(f"unknown flag: {name}", name, self._offered())
        return self._take(name, value if equals else None, left)

    def short(self, word: str, left: list[str]) -> list[str]:
        """Take ``-abc``, ``-nVALUE`` or ``-n=VALUE``; return what is left."""
        letters = word[1:]
        while letters:
            name, letters = f"-{letters[0]}", letters[1:]
            if name not in self.options:
                raise _unknown(f"unknown shorthand flag: {name[1:]!r} in {word}", word, [])
            if letters.startswith("="):
                return self._take(name, letters[1:], left)
            if letters and not _optional(self.options[name]):
                return self._take(name, letters, left)
            left = self._take(name, None, left)
        return left

    def _take(self, name: str, value: str | None, left: list[str]) -> list[str]:
        option = self.options[name]
        self.written.add(option.name)
        if option.is_flag:
            self._switch(name, option, value)
        elif value is not None:
            self._valued(option, value)
        elif _optional(option) and (not left or left[0].startswith("-")):
            self.given.append((option, _long(option.opts)))
        elif left:
            self._valued(option, left[0])
            return left[1:]
        else:
            raise UsageError(f"flag needs an argument: {_shown(name)}")
        return left

    def _valued(self, option: click.Option, value: str) -> None:
        if option.type is click.INT:
            number = of_a_flag(value)
            if number is None:
                raise _invalid(option, value, "write a whole number")
            value = str(number)
        self.given.append((option, f"{_long(option.opts)}={value}"))

    def _switch(self, name: str, option: click.Option, value: str | None) -> None:
        if value is not None and value not in TRUE | FALSE:
            raise _invalid(option, value, "a switch is true or false")
        on = (value is None or value in TRUE) == (name in option.opts)
        if on:
            self.given.append((option, _long(option.opts)))
        elif option.secondary_opts:
            self.given.append((option, _long(option.secondary_opts)))
        else:
            self.given = [one for one in self.given if one[0] is not option]

    def words(self) -> list[str]:
        """Return the command line anew."""
        options = [text for _, text in self.given]
        return [*options, "--", *self.rest] if self.rest else options

    def _offered(self) -> list[str]:
        return [name for name, one in self.options.items() if not one.hidden]


def _optional(option: click.Option) -> bool:
    """Tell whether an option may stand without a value."""
    return option.is_flag or isinstance(option.flag_value, str)


def _long(names: Iterable[str]) -> str:
    return max(names, key=len)


def _shown(name: str) -> str:
    return name if name.startswith("--") else f"{name[1:]!r} in {name}"


def _invalid(option: click.Option, value: str, hint: str) -> UsageError:
    names = ", ".join(sorted({*option.opts}, key=len))
    return UsageError(f'invalid argument "{value}" for "{names}" flag', hint=hint)


def _unknown(message: str, name: str, offered: Sequence[str]) -> UsageError:
    from composer.source import close_to

    return UsageError(message, hint=close_to(name, offered))
