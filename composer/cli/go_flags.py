"""Switches written as Docker's tools allow: ``--pause=false``, ``-i=true``.

May import: nothing of the package; click, as every command module.
"""

import click

_TRUE = {"1", "t", "true"}
_FALSE = {"0", "f", "false"}


class SwitchCommand(click.Command):
    """A command whose switches may be given a value after an equals sign."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Replace such switches by their plain forms; leave what is not an option alone."""
        switches = {
            name: one
            for one in self.params
            if isinstance(one, click.Option) and one.is_flag
            for name in one.opts
        }
        plain: list[str] = []
        for position, arg in enumerate(args):
            if arg == "--" or (not arg.startswith("-") and not self._mixed(ctx)):
                plain += args[position:]
                break
            name, equals, value = arg.partition("=")
            if equals and name in switches and value.lower() in _TRUE | _FALSE:
                plain += _switched(name, switches[name], on=value.lower() in _TRUE)
            else:
                plain.append(arg)
        return super().parse_args(ctx, plain)

    def _mixed(self, ctx: click.Context) -> bool:
        """Tell whether options may stand after arguments."""
        return ctx.allow_interspersed_args


def _switched(name: str, option: click.Option, *, on: bool) -> list[str]:
    if on:
        return [name]
    return option.secondary_opts[:1]
