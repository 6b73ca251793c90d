"""The logins to registries: those of DOCKER_AUTH_CONFIG, then those of Docker's configuration.

May import: errors, engine.docker.
"""

import base64
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from docker import auth

from composer.engine.docker.address import LOGINS, configuration
from composer.engine.docker.failures import FOREIGN
from composer.errors import EngineError

_KEYS = ("auths", "credsStore", "credHelpers")
_LOGIN = ("username", "password")


class Logins(auth.AuthConfig):
    """The logins of a configuration, after those that a variable has.

    The variable is read where a login is asked for: EngineError is raised there.
    """

    def __init__(self, configured: auth.AuthConfig, text: str) -> None:
        super().__init__(dict(configured))
        self._text = text

    @cached_property
    def _given(self) -> Any:
        return auth.AuthConfig({"auths": _parsed(self._text) if self._text else {}})

    def resolve_authconfig(self, registry: str | None = None) -> Any:
        """Return the login to *registry*, None where there is none."""
        return self._given.resolve_authconfig(registry) or super().resolve_authconfig(registry)

    def get_all_credentials(self) -> dict[str, Any]:
        """Return all logins by their registries, those kept by helpers too."""
        configured = super().get_all_credentials()  # type: ignore[no-untyped-call]
        return {**configured, **self._given.get_all_credentials()}


def logins(folder: str, given: str) -> Logins:
    """Return the logins of Docker's configuration in *folder*, after those of the text *given*.

    *given* is what DOCKER_AUTH_CONFIG holds: the ``auths`` of such a configuration, as JSON.
    """
    known = configuration(folder)
    stored = {key: known[key] for key in _KEYS if known.get(key)}
    configured = auth.load_config(None, stored) if stored else auth.AuthConfig({})
    return Logins(configured, given)


def login_of(known: auth.AuthConfig, registry: str) -> tuple[str, str]:
    """Return the user and password for *registry*; an identity token has no user.

    Raises EngineError where a helper program fails, or DOCKER_AUTH_CONFIG cannot be read.
    """
    try:
        found = known.resolve_authconfig(registry) or {}
    except FOREIGN as failure:
        raise EngineError(f"cannot get the login to {registry}: {failure}") from failure
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


def _parsed(given: str) -> Any:
    try:
        return auth.parse_auth(json.loads(given).get("auths") or {}, raise_on_error=True)
    except (*FOREIGN, LookupError, TypeError, AttributeError):
        raise EngineError(
            f"{LOGINS} cannot be read",
            hint='it is JSON, as {"auths": {"registry.example.com": {"auth": "…"}}}, where auth '
            "is USER:PASSWORD in base64",
        ) from None
