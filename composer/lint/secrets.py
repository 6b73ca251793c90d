"""Rules about secrets: what looks like one in a file, and those that no engine can provide.

The values are never part of a message.
May import: lint.context, tree.
"""

import re
from collections import Counter
from collections.abc import Mapping
from math import log2

from composer.lint.context import Context, Found
from composer.tree import Node, TreePath

_TOKENS = {
    "PRIVATE KEY-----": ("Private Key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "A3T": ("AWS Client ID", r"\bA3T[0-9A-Z]{17}\b"),
    "AKIA": ("AWS Client ID", r"\bAKIA[0-9A-Z]{16}\b"),
    "ASIA": ("AWS Client ID", r"\bASIA[0-9A-Z]{16}\b"),
    "aws": ("AWS Secret Key", r"""aws.{0,20}['"][0-9a-zA-Z/+]{40}['"]"""),
    "gh": (
        "Github authentication",
        r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{50}",
    ),
    "glpat-": ("GitLab token", r"\bglpat-[\w-]{20}"),
    "xox": ("Slack token", r"\bxox[abeprs]-[A-Za-z0-9-]{10}"),
    "hooks.slack.com": ("Slack token", r"hooks\.slack\.com/services/T\w+/B\w+/\w{20}"),
    "k_live_": ("Stripe API key", r"\b[rs]k_live_[0-9A-Za-z]{20}"),
    "sk-": ("API key", r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32}"),
    "AIza": ("Google API key", r"\bAIza[\w-]{35}"),
    "npm_": ("npm token", r"\bnpm_[A-Za-z0-9]{36}"),
    "SG.": ("SendGrid API key", r"\bSG\.[\w-]{22}\.[\w-]{43}"),
    "eyJ": ("JSON Web Token", r"\beyJ[\w-]{10,512}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
}
"""Values whose form alone says that they open something: what that is and the pattern of each, by
a text that is always part of it, which is looked for first, as values can be long."""
_OPENING = {
    "://": ("URL with password", r"://[^:/@\s]*:[^@/\s]+@"),
    "asic ": ("HTTP Basic Authentication", r"\b[Bb]asic [A-Za-z0-9+/]{8,}={0,2}"),
}
"""Forms that have a secret in their midst."""
_RANDOM_BITS = 4.0
"""Entropy of each character from which a text looks random: words and dates have less."""

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
    return bool(_kind(value, _TOKENS))


def kind_of_secret(name: str, value: str) -> str:
    """Return what kind of secret *value* is, or has in its midst; empty for none that is known.

    A name that speaks of a secret is enough only where the value looks random.
    """
    if found := _kind(value, _TOKENS) or _kind(value, _OPENING):
        return found
    random = _NAME.search(name) and _entropy(value) >= _RANDOM_BITS
    return "Keyword Detector" if random else ""


def _kind(value: str, forms: Mapping[str, tuple[str, str]]) -> str:
    found = (
        kind for part, (kind, form) in forms.items() if part in value and re.search(form, value)
    )
    return next(found, "")


def _entropy(text: str) -> float:
    """Return the bits of each character, after the counts of those that there are (Shannon)."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * log2(share) for share in shares)


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
