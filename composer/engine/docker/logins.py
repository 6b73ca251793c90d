"""The logins to registries: those of DOCKER_AUTH_CONFIG, then those of Docker's configuration.

May import: errors, engine.docker.
"""

import base64
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from docker import auth
from docker.credentials import StoreError

from composer.engine.docker.configuration import LOGINS, configuration, user_and_password
from composer.engine.docker.failures import FOREIGN
from composer.errors import EngineError

_HELPERS = ("credsStore", "credHelpers")
_LOGIN = ("username", "password")
_UNFIT = (*FOREIGN, StoreError, LookupError, TypeError, AttributeError, RecursionError)
"""What the SDK raises for configurations, and for answers of helper programs, of another form."""


class Logins(auth.AuthConfig):
    """The logins of a configuration, after those that a variable has.

    The variable is read where a login is asked for, and helper programs are called: EngineError is
    raised there.
    """

    def __init__(self, configured: Mapping[str, Any], text: str) -> None:
        super().__init__(dict(configured))
        self._text = text

    @cached_property
    def _given(self) -> Any:
        return auth.AuthConfig({"auths": _parsed(self._text) if self._text else {}})

    def resolve_authconfig(self, registry: str | None = None) -> Any:
        """Return the login to *registry*, None where there is none."""
        if found := self._given.resolve_authconfig(registry):
            return found
        with _in_words(f"cannot get the login to {registry}"):
            return super().resolve_authconfig(registry)

    def get_all_credentials(self) -> dict[str, Any]:
        """Return all logins by their registries, those kept by helpers too."""
        with _in_words("cannot get the logins to registries"):
            configured = super().get_all_credentials()  # type: ignore[no-untyped-call]
        return {**configured, **self._given.get_all_credentials()}

    def _get_store_instance(self, name: str) -> Any:
        """Return what calls a helper program; where that is missing, the SDK would warn, too."""
        helper = f"docker-credential-{name}"
        if not shutil.which(helper):
            raise StoreError(f"{helper} is not installed, or not in PATH")
        return super()._get_store_instance(name)  # type: ignore[misc]


@contextmanager
def _in_words(doing: str) -> Iterator[None]:
    try:
        yield
    except _UNFIT as failure:
        reason = failure.__cause__ if isinstance(failure.__cause__, StoreError) else failure
        hint = "helper programs are named by credsStore and credHelpers in Docker's config.json"
        raise EngineError(f"{doing}: {reason}", hint=hint) from failure


def logins(folder: str, given: str) -> Logins:
    """Return the logins of Docker's configuration in *folder*, after those of the text *given*.

    *given* is what DOCKER_AUTH_CONFIG holds: the ``auths`` of such a configuration, as JSON.
    """
    known = configuration(folder)
    helpers = {key: known[key] for key in _HELPERS if known.get(key)}
    return Logins({"auths": _entries(known.get("auths", {})), **helpers}, given)


def login_of(known: Logins, registry: str) -> tuple[str, str]:
    """Return the user and password for *registry*; an identity token has no user.

    Raises EngineError where a helper program fails, or DOCKER_AUTH_CONFIG cannot be read.
    """
    found = known.resolve_authconfig(registry) or {}
    if token := found.get("identitytoken") or found.get("IdentityToken"):
        return "", token
    user, password = (found.get(one) or found.get(one.title()) for one in _LOGIN)
    return user or "", password or ""


def as_configured(credentials: Mapping[str, str]) -> dict[str, str]:
    """Return credentials as Docker's configuration has them, a password in base64."""
    known = {name.lower(): value for name, value in credentials.items() if value}
    if token := known.get("identitytoken"):
        return {"identitytoken": token}
    pair = f"{known.get('username', '')}:{known.get('password', '')}"
    return {"auth": base64.b64encode(pair.encode()).decode()}


def _entries(auths: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return entries of a configuration as the SDK has them, empty ones for helper programs."""
    return {registry: _entry(registry, one) for registry, one in auths.items()}


def _entry(registry: str, one: Mapping[str, str]) -> dict[str, str]:
    if token := one.get("identitytoken"):
        return {"IdentityToken": token}
    user, password = map(one.get, _LOGIN)
    if one.get("auth"):
        user, password = user_and_password(one["auth"])
    if not user:
        return {}
    return {"username": user, "password": password or "", "serveraddress": registry}


def _parsed(given: str) -> Any:
    try:
        return _entries(json.loads(given).get("auths") or {})
    except _UNFIT:
        raise EngineError(
            f"{LOGINS} cannot be read",
            hint='it is JSON, as {"auths": {"registry.example.com": {"auth": "…"}}}, where auth '
            "is USER:PASSWORD in base64",
        ) from None
