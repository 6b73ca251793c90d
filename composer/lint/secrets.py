"""Rules about secrets: what looks like one in a file, and those that no engine can provide.

The values are never part of a message.
May import: lint.context, tree.
"""

import re

from composer.lint.context import Context, Found
from composer.tree import Node, TreePath

_TOKENS = {
    "PRIVATE KEY-----": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "AKIA": r"\bAKIA[0-9A-Z]{16}\b",
    "ASIA": r"\bASIA[0-9A-Z]{16}\b",
    "gh": r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{50}",
    "glpat-": r"\bglpat-[\w-]{20}",
    "xox": r"\bxox[abeprs]-[A-Za-z0-9-]{10}",
    "hooks.slack.com": r"hooks\.slack\.com/services/T\w+/B\w+/\w{20}",
    "k_live_": r"\b[rs]k_live_[0-9A-Za-z]{20}",
    "sk-": r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32}",
    "AIza": r"\bAIza[\w-]{35}",
    "npm_": r"\bnpm_[A-Za-z0-9]{36}",
    "SG.": r"\bSG\.[\w-]{22}\.[\w-]{43}",
    "eyJ": r"\beyJ[\w-]{10,512}\.eyJ[\w-]{10,}\.[\w-]{10,}",
}
"""Values whose form alone says that they open something: the pattern of each by a text that is
always part of it, which is looked for first, as values can be long."""

_NAME = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|CREDENTIALS?"
    r"|(?:API|ACCESS|PRIVATE|SECRET|ENCRYPTION|SIGNING|MASTER)_?KEY)(?:_BASE64)?$",
    re.IGNORECASE,
)
_HARMLESS = frozenset({"", "true", "false", "yes", "no", "0", "1", "null", "none"})
_HINT = "take it from a variable, an env_file that is not under version control, or a secret"


def values(context: Context) -> Found:
    """``secret-in-environment``: tokens and private keys written into the file."""
    for path, node in _written(context):
        if is_token(str(node.value)):
            message = "this looks like a token or private key"
            yield context.at(path, "secret-in-environment", message, _HINT)


def passwords(context: Context) -> Found:
    """``password-in-environment``: a value written out for a name that speaks of a secret."""
    for path, node in _written(context):
        if _NAME.search(str(path[-1])) and str(node.value).lower() not in _HARMLESS:
            message = "a secret is written into the file"
            yield context.at(path, "password-in-environment", message, _HINT)


def is_token(value: str) -> bool:
    """Tell whether the form of *value* alone says that it opens something."""
    return any(part in value and re.search(form, value) for part, form in _TOKENS.items())


def looks_secret(name: str, value: str) -> bool:
    """Tell whether the form of *value* is that of a secret, or *name* speaks of one."""
    named = bool(_NAME.search(name)) and value.lower() not in _HARMLESS
    return named or is_token(value)


def _written(context: Context) -> list[tuple[TreePath, Node]]:
    """Return the variables of services and builds whose values stand in the file itself."""
    found: list[tuple[TreePath, Node]] = []
    for name in context.services:
        for path in (
            ("services", name, "environment"),
            ("services", name, "build", "args"),
        ):
            node = context.node(*path)
            if node is not None and node.is_mapping:
                found += [
                    ((*path, key), entry)
                    for key, entry in node.value.items()
                    if entry.template is None and entry.value is not None
                ]
    return found


def readable(context: Context) -> Found:
    """``readable-secret``: a secret's file that others can read; a container gets it so as well."""
    used = {one.source for service in context.services.values() for one in service.secrets}
    for key, secret in context.project.secrets.items():
        if key in used and secret.file and context.reader.is_public(secret.file):
            message = f"every user of this machine can read {context.shown(secret.file)}"
            yield context.at(("secrets", key, "file"), "readable-secret", message, "chmod o-r")


def external(context: Context) -> Found:
    """``external-secret`` and ``external-config``: only a cluster keeps them."""
    for name, service in context.services.items():
        for kind in ("secret", "config"):
            known = getattr(context.project, f"{kind}s")
            for index, one in enumerate(getattr(service, f"{kind}s")):
                if one.source in known and known[one.source].external:
                    message = f"the {kind} {one.source!r} is external: only a cluster has those"
                    hint = "give it a file, or an environment variable"
                    path = ("services", name, f"{kind}s", index)
                    also = ((f"{kind}s", one.source), "it is defined here")
                    yield context.at(path, f"external-{kind}", message, hint, also=also)
