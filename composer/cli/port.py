"""``composer port``.

May import: cli, api.
"""

import re
from typing import Any

import click

from composer.cli.choices import index
from composer.cli.command import application
from composer.cli.settings import Settings

_HIGHEST = 65535


class _Port(click.ParamType[int]):
    """The number of a port, in digits alone; its protocol is an option."""

    name = "port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or say what may be written."""
        number, _, protocol = value.partition("/")
        if not re.fullmatch("[0-9]{1,5}", number) or int(number) > _HIGHEST:
            self.fail(f"{value!r} is not a number from 0 to {_HIGHEST}.", param, ctx)
        if protocol:
            self.fail(f"{value!r}: write --protocol {protocol} {number}.", param, ctx)
        return int(number)


@click.command("port", context_settings={"allow_extra_args": True})  # as in Docker Compose
@click.argument("service", metavar="SERVICE")
@click.argument("private_port", type=_Port(), metavar="PRIVATE_PORT")
@click.option(
    "--protocol",
    metavar="PROTOCOL",
    default="tcp",
    help="tcp (default), udp or sctp.",
)
@index("The replica (default: the first).")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings,
    service: str,
    private_port: int,
    *,
    protocol: str,
    index: int,
    dry_run: bool,  # noqa: ARG001 - nothing is changed anyhow
) -> None:
    """Show where a container's port is published.

    Example: composer port --protocol udp dns 53
    """
    with application(settings, by_name=True) as app:
        found = app.port(service, private_port, protocol=protocol, index=index)
    host = f"[{found.host_ip}]" if ":" in found.host_ip else found.host_ip
    click.echo(f"{host}:{found.published}")
