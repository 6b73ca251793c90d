"""Rules about secrets: what looks like one in a file, and those that no engine can provide.

The values are never part of a message.
May import: lint.context, tree.
"""

import re

from composer.lint.context import Context, Found
from composer.tree import Node, TreePath

_TOKEN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{50}|\bglpat-[\w-]{20}"
    r"|\bxox[abeprs]-[A-Za-z0-9-]{10}|hooks\.slack\.com/services/T\w+/B\w+/\w{20}"
    r"|\b[rs]k_live_[0-9A-Za-z]{20}|\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32}"
    r"|\bAIza[\w-]{35}|\bnpm_[A-Za-z0-9]{36}|\bSG\.[\w-]{22}\.[\w-]{43}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
)
"""Values whose form alone says that they open something."""

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
        if _TOKEN.search(str(node.value)):
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
    return bool(_TOKEN.search(value))


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
