"""The table of rules: which codes each can report, and the function that looks for them.

A rule none of whose codes is wanted is not run. To add a rule: a function here, its codes in
lint.codes, a section in docs/validate.md, a case in tests/cases/validate/.

May import: lint, load, spec, source, tree.
"""

from composer.lint import (
    envfiles,
    health,
    images,
    names,
    paths,
    ports,
    privileges,
    refused,
    secrets,
    swarm,
    unused,
)  # fmt: skip
from composer.lint.choice import Choice
from composer.lint.context import Context, Rule
from composer.load.check import check, check_container_names
from composer.load.select import with_profiles
from composer.source import Diagnostic
from composer.tree import TreePath, dotted

RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("invalid-name",), names.names),
    (("invalid-image",), images.names),
    (("invalid-restart",), refused.restarts),
    (("invalid-mount",), refused.targets),
    (("invalid-address",), refused.addresses),
    (("port-conflict",), ports.conflicts),
    (("port-replicas",), ports.replicas),
    (("network-mode",), ports.modes),
    (("missing-env-file", "missing-label-file", "missing-context", "missing-dockerfile",
      "missing-mount", "missing-secret-file", "missing-config-file"), paths.missing),
    (("env-syntax", "required-variable", "template-syntax", "unset-variable", "encoding"),
     envfiles.contents),
    (("external-secret", "external-config"), secrets.external),
    (("no-healthcheck", "never-completes"), health.waiting),
    (("restart-ignored",), health.restarting),
    (("exposed-database",), ports.databases),
    (("secret-in-environment",), secrets.values),
    (("swarm-only",), swarm.unused),
    (("path-outside", "absolute-path"), paths.outside),
    (("unused-network", "unused-volume", "unused-secret", "unused-config", "unused-model"),
     unused.unused),
    (("docker-socket",), privileges.sockets),
    (("host-path",), paths.created),
    (("no-restart",), health.needed),
    (("password-in-environment",), secrets.passwords),
    (("privileged",), privileges.privileged),
    (("readable-secret",), secrets.readable),
    (("unpinned-image",), images.pinning),
)  # fmt: skip


def judge(context: Context, choice: Choice) -> list[Diagnostic]:
    """Return what the wanted rules, and the loader's own consistency rules, find."""
    found = _consistency(context)
    for codes, rule in RULES:
        if any(map(choice.wants, codes)):
            found += rule(context)
    return found


def _consistency(context: Context) -> list[Diagnostic]:
    """Apply the loader's rules to the enabled services, and to each of the others by itself.

    Services of different profiles may exclude each other, so what concerns several services is
    asked of the active profiles only.
    """
    project = context.project
    found = [*check(project), *check_container_names(project)]
    if project.disabled:
        disabled: list[TreePath] = [("services", name) for name in project.disabled]
        heads = tuple(f"{dotted(path)}{end}" for path in disabled for end in (".", "["))
        whole = {dotted(path) for path in disabled}
        found += [
            one
            for one in check(with_profiles(project, ["*"]))
            if one.code != "dependency-cycle" and (one.path in whole or one.path.startswith(heads))
        ]
    return found
