"""Rules about what services wait for, and when they are started again.

May import: lint.context, lint.images, spec, tree, load.
"""

import posixpath
from typing import Literal

from composer.lint.context import Context, Found
from composer.lint.images import repository
from composer.load.paths import is_remote
from composer.spec.service import COMPLETED, HEALTHY, Dependency, Service

_HEALTHY_IMAGES = frozenset(
    {
        "axllent/mailpit", "gitlab/gitlab-ce", "gitlab/gitlab-ee", "goauthentik/server",
        "immich-app/immich-machine-learning", "immich-app/immich-server", "itzg/minecraft-server",
        "jellyfin/jellyfin", "localstack/localstack", "louislam/uptime-kuma",
        "paperless-ngx/paperless-ngx", "pihole/pihole", "qmcgaw/gluetun", "syncthing/syncthing",
        "vaultwarden/server",
    }
)  # fmt: skip
"""Images that are known to bring a health check, from whichever registry."""

_Check = Literal["yes", "no", "disabled"]


def waiting(context: Context) -> Found:
    """``no-healthcheck`` and ``never-completes``: waits that cannot end as they should."""
    for name, service in context.services.items():
        for key, dependency in service.depends_on.items():
            other = context.services.get(key)
            if other is not None and not other.provider:
                yield from _wait(context, name, key, other, dependency)


def _wait(context: Context, name: str, key: str, other: Service, dependency: Dependency) -> Found:
    path = ("services", name, "depends_on", key)
    also = (("services", key), f"{key} is defined here")
    if dependency.condition == HEALTHY and (check := _checked(context, other)) != "yes":
        disabled = check == "disabled"
        why = "is disabled" if disabled else "is missing, unless its image has one"
        message = f"waits for {key} to become healthy, but its healthcheck {why}"
        hint = f"add a healthcheck to {key}, or wait for service_started"
        yield context.at(
            path, "no-healthcheck", message, hint,
            severity="error" if disabled else "warning", also=also,
        )  # fmt: skip
    if dependency.condition == COMPLETED and _restart(other) in {"always", "unless-stopped", "any"}:
        message = f"waits for {key} to complete, but that is restarted whenever it ends"
        hint = f"set restart: 'no' or on-failure in {key}"
        yield context.at(path, "never-completes", message, hint, also=also)


def _checked(context: Context, service: Service) -> _Check:
    """Tell whether the service has a health check, as far as its files say."""
    check = service.healthcheck
    if check and (check.disable or (check.test and check.test[0] == "NONE")):
        return "disabled"
    image = "/".join(repository(service.image).split("/")[-2:])
    if (check and check.test) or image in _HEALTHY_IMAGES:
        return "yes"
    return "yes" if "HEALTHCHECK" in _dockerfile(context, service) else "no"


def _dockerfile(context: Context, service: Service) -> str:
    build = service.build
    if build is None or build.dockerfile_inline or is_remote(build.context):
        return build.dockerfile_inline if build else ""
    path = posixpath.join(build.context, build.dockerfile or "Dockerfile")
    try:
        found = context.reader.is_file(path)
        return context.reader.read(path).decode(errors="replace") if found else ""
    except OSError:
        return ""


def _restart(service: Service) -> str:
    policy = service.deploy.restart_policy if service.deploy else None
    return policy.condition or "any" if policy else service.restart


def restarting(context: Context) -> Found:
    """``restart-ignored``: two policies, of which the one of deploy counts."""
    for name, service in context.services.items():
        if service.restart and service.deploy and service.deploy.restart_policy:
            message = "has no effect: deploy.restart_policy replaces it"
            also = (("services", name, "deploy", "restart_policy"), "this counts")
            yield context.at(("services", name, "restart"), "restart-ignored", message, also=also)


def needed(context: Context) -> Found:
    """``no-restart``: a service that others need and that stays down once it has ended."""
    users: dict[str, str] = {}
    for name, service in context.services.items():
        for key, dependency in service.depends_on.items():
            if dependency.condition != COMPLETED:
                users.setdefault(key, name)
    for key, user in users.items():
        other = context.services.get(key)
        if other is not None and _restart(other) in {"", "no", "none"}:
            message = f"has no restart policy, though {user} depends on it"
            hint = "add restart: unless-stopped"
            yield context.at(("services", key), "no-restart", message, hint)
