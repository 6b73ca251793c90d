"""The flags that decide what ``up`` does, shared with ``plan``, and the policy that they make.

``create`` and ``run`` have some of them.

May import: cli, plan.policy, errors.
"""

from collections.abc import Callable, Mapping
from typing import Any

import click

from composer.cli.choices import PULL
from composer.cli.settings import Settings, scales
from composer.errors import UsageError
from composer.plan.policy import Recreate, UpPolicy

_FLAGS = (
    click.option("--build", is_flag=True, help="Build images first."),
    click.option("--no-build", is_flag=True, help="Never build an image."),
    click.option(
        "--pull",
        type=PULL,
        default=None,
        help="When to pull images (default: as each service says).",
    ),
    click.option("--force-recreate", is_flag=True, help="Recreate containers that are up to date."),
    click.option("--no-recreate", is_flag=True, help="Keep containers that differ from the file."),
    click.option("--always-recreate-deps", is_flag=True, help="Recreate dependencies too."),
    click.option("--no-deps", is_flag=True, help="Leave the services that these depend on alone."),
    click.option("--no-start", is_flag=True, help="Create containers without starting them."),
    click.option(
        "-V",
        "--renew-anon-volumes",
        is_flag=True,
        help="Recreate containers, with new anonymous volumes.",
    ),
    click.option(
        "--remove-orphans",
        is_flag=True,
        help="Remove containers of services that the file no longer has.",
    ),
    click.option(
        "--scale", "scaled", multiple=True, metavar="SERVICE=NUM", help="Run this many replicas."
    ),
    click.option("-y", "--yes", is_flag=True, help="Answer every question with yes."),
)
_EXCLUSIVE = (
    ("build", "no_build"),
    ("force_recreate", "no_recreate"),
    ("always_recreate_deps", "no_recreate"),
    ("no_recreate", "renew_anon_volumes"),
)


def planning_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give *command* the flags, in their order."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def planning_policy(settings: Settings, flags: Mapping[str, Any]) -> UpPolicy:
    """Return what the flags ask for. Raises UsageError where they contradict each other."""
    for one, other in _EXCLUSIVE:
        if flags.get(one) and flags.get(other):
            names = (f"--{name.replace('_', '-')}" for name in (one, other))
            raise UsageError(f"{' and '.join(names)} are incompatible")
    kept: Recreate = "never" if flags["no_recreate"] else "diverged"
    renewed = flags.get("renew_anon_volumes", False)
    return preparing_policy(settings, flags).replace(
        recreate="force" if flags["force_recreate"] or renewed else kept,
        recreate_dependencies="force" if flags.get("always_recreate_deps") else kept,
        scale=scales(flags["scaled"]),
        start=not flags.get("no_start"),
        renew_volumes=renewed,
        no_build=flags["no_build"],
        assume_yes=flags["yes"],
        remove_orphans=flags["remove_orphans"] or settings.flag("COMPOSE_REMOVE_ORPHANS"),
    )


def preparing_policy(settings: Settings, flags: Mapping[str, Any]) -> UpPolicy:
    """Return what the flags of ``run`` ask for, about images and orphans.

    Where the variables say that orphans are ignored, they stay; only a flag takes them away.
    """
    ignored = settings.flag("COMPOSE_IGNORE_ORPHANS")
    return UpPolicy(
        build=flags["build"],
        pull=flags["pull"] or "",
        remove_orphans=flags["remove_orphans"] and not ignored,
        ignore_orphans=ignored,
    )
