"""Every code of a diagnostic: how grave it is, whether it is reported by default, and what it says.

The codes of the loader are here too, so that reports can explain them. docs/validate.md describes
each code; a test compares the two, and the sources.

May import: source, value.
"""

from typing import NamedTuple

from composer.source import Severity


class Code(NamedTuple):
    """One code; *on* tells whether it is reported without being asked for."""

    name: str
    summary: str
    severity: Severity = "error"
    on: bool = True


_REFUSED = {
    "alias-cycle": "an alias stands inside its own anchor",
    "bad-merge": "a merge key takes mappings only",
    "bad-tag": "a value does not fit its YAML tag",
    "conflict": "two attributes say different things",
    "container-name": "two containers would have the same name",
    "date": "an unquoted date where a string is expected",
    "dependency-cycle": "services depend on each other",
    "duplicate-item": "a list has an entry twice",
    "duplicate-target": "two mounts would stand at the same place in a container",
    "duplicate-key": "a mapping has a key twice",
    "empty-file": "the file is empty",
    "encoding": "the file is not UTF-8 text",
    "env-syntax": "a line of an environment file cannot be read",
    "exclusive": "attributes that cannot stand together",
    "extends-cycle": "a service extends itself",
    "include-conflict": "an included file and another one define the same resource differently",
    "include-cycle": "a file includes itself",
    "invalid-device": "a device that cannot be read",
    "invalid-healthcheck": "a health check without a valid test",
    "invalid-host": "an entry of extra_hosts that cannot be read",
    "invalid-mount": "a volume that cannot be read",
    "invalid-name": "a name that the engine would refuse",
    "invalid-port": "a port that cannot be read",
    "invalid-variable": "an environment entry whose name is not one",
    "invalid-value": "a value that the attribute cannot have",
    "merge": "files that cannot be combined",
    "missing-attribute": "an attribute is missing",
    "missing-env-file": "an environment file does not exist",
    "missing-file": "a file that is named does not exist",
    "missing-label-file": "a label file does not exist",
    "no-file": "there is no Compose file",
    "no-home": "a path begins with ~, but the environment lacks HOME",
    "no-image": "a service has neither an image nor a build",
    "non-string-key": "a key that is no string",
    "not-built": "a build refers to a service that is not built",
    "not-a-mapping": "the file is no mapping",
    "not-allowed": "a value that is not among those allowed",
    "out-of-range": "a number outside its range",
    "port-range": "port ranges of different length",
    "project-name": "the project has no valid name",
    "remote-file": "a file elsewhere, which is not fetched",
    "required-variable": "a required variable is not set",
    "template-syntax": "a variable that cannot be read",
    "too-deep": "nested too deeply",
    "too-large": "more than can be processed",
    "undefined-config": "a config that is not defined",
    "undefined-model": "a model that is not defined",
    "undefined-network": "a network that is not defined",
    "undefined-secret": "a secret that is not defined",
    "undefined-service": "a service that is not defined",
    "undefined-volume": "a volume that is not defined",
    "unknown-alias": "an alias without an anchor",
    "unknown-attribute": "an attribute that the specification does not have",
    "unknown-service": "a service that the project does not have",
    "wrong-type": "a value of the wrong type",
    "yaml-syntax": "the file is not YAML",
}
"""What loading refuses."""

_FAILING = {
    "external-config": "an external config, which a single engine cannot provide",
    "external-secret": "an external secret, which a single engine cannot provide",
    "invalid-address": "an address that the network cannot give",
    "invalid-image": "an image name that the engine would refuse",
    "invalid-restart": "a restart policy that does not exist",
    "missing-config-file": "the file of a config does not exist",
    "missing-context": "a build context does not exist",
    "missing-dockerfile": "a Dockerfile does not exist",
    "missing-mount": "the engine would refuse a mount, as its source does not exist",
    "missing-secret-file": "the file of a secret does not exist",
    "network-mode": "attributes that the network mode excludes or makes void",
    "port-conflict": "the same host port twice",
    "port-replicas": "fewer host ports than replicas",
}
"""What loading accepts and the engine would refuse."""

_WARNINGS = {
    "deprecated-name": "external.name instead of name",
    "exposed-database": "a database that is reachable from other machines",
    "name-of-link": "the project's name is that of a symbolic link to its folder",
    "never-completes": "a service waits for the end of one that is always restarted",
    "no-healthcheck": "a service waits for the health of one without a health check",
    "obsolete-version": "the attribute version is obsolete",
    "path-outside": "a relative path that leaves the repository",
    "restart-ignored": "restart is replaced by deploy.restart_policy",
    "secret-in-environment": "a token or private key in the file",
    "several-files": "a folder has files under several names, of which one counts",
    "swarm-only": "attributes that only a cluster uses",
    "unset-variable": "a variable is not set",
    "unused-config": "a config that no service uses",
    "unused-model": "a model that no service uses",
    "unused-network": "a network that no service uses",
    "unused-secret": "a secret that no service uses",
    "unused-volume": "a volume that no service uses",
    "yaml-boolean": "a word that was a boolean in YAML 1.1",
}
"""Doubtful, and nearly always a mistake."""

_OPTIONAL = {
    "absolute-path": "an absolute path that leaves the repository",
    "docker-socket": "a container that controls the engine",
    "host-path": "a host path that does not exist, and will be created as an empty folder",
    "no-restart": "others depend on a service that is not restarted",
    "password-in-environment": "a password in the file",
    "privileged": "a privileged container",
    "readable-secret": "the file of a secret is readable for every user of the machine",
    "unpinned-image": "an image without a fixed version",
}
"""Matters of policy: reported when they are selected."""

CODES = {
    **{name: Code(name, summary) for name, summary in {**_REFUSED, **_FAILING}.items()},
    **{name: Code(name, summary, "warning") for name, summary in _WARNINGS.items()},
    **{name: Code(name, summary, "warning", on=False) for name, summary in _OPTIONAL.items()},
}


def known(name: str) -> Code:
    """Return the code *name*; one that is not listed is an error that is always reported."""
    return CODES.get(name) or Code(name, "")
