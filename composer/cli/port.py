"""``composer port``.

May import: cli, api.
"""

import click

from composer.cli.choices import index
from composer.cli.command import application
from composer.cli.settings import Settings


@click.command("port", context_settings={"allow_extra_args": True})  # as in Docker Compose
@click.argument("service", metavar="SERVICE")
@click.argument("private_port", type=click.IntRange(0, 65535), metavar="PRIVATE_PORT")
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
