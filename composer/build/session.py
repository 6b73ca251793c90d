"""What a build may ask of us while it runs: files, secrets, keys, logins to registries.

May import: build.filesync, build.grpc, build.protobuf, build.agent, engine.port, errors, value.
"""

from collections.abc import Callable, Mapping
from functools import partial

from composer.build import agent
from composer.build.filesync import METHOD as FILES
from composer.build.filesync import FileSync
from composer.build.grpc import Handler, Messages, NotFound
from composer.build.protobuf import data, group, number, text_of
from composer.engine.port import Engine
from composer.errors import EngineError

_SECRETS = "/moby.buildkit.secrets.v1.Secrets/GetSecret"
_LOGIN = "/moby.filesync.v1.Auth/Credentials"
_KEYS = "/moby.sshforward.v1.SSH/CheckAgent"
_FORWARD = "/moby.sshforward.v1.SSH/ForwardAgent"
_HEALTH = "/grpc.health.v1.Health/Check"
_KEY_ID = "buildkit.ssh.id"
_SERVING = 1
HUB = "https://index.docker.io/v1/"
_HUB_HOSTS = {"registry-1.docker.io", "docker.io", "index.docker.io"}


def handlers(
    engine: Engine,
    files: FileSync,
    secrets: Mapping[str, Callable[[], bytes]],
    keys: Mapping[str, str],
) -> dict[str, Handler]:
    """Return what answers each method: *secrets* by id, *keys* are sockets of agents by id."""
    return {
        FILES: files,
        _SECRETS: partial(_secret, secrets),
        _LOGIN: partial(_credentials, engine),
        _KEYS: partial(_check, keys),
        _FORWARD: partial(_forward, keys),
        _HEALTH: _healthy,
    }


def _healthy(messages: Messages) -> None:
    messages.receive()
    messages.send(number(1, _SERVING))


def _secret(secrets: Mapping[str, Callable[[], bytes]], messages: Messages) -> None:
    name = text_of(group(messages.receive() or b""), 1)
    if name not in secrets:
        raise NotFound(f"the build has no secret {name}")
    messages.send(data(1, secrets[name]()))


def _credentials(engine: Engine, messages: Messages) -> None:
    host = text_of(group(messages.receive() or b""), 1)
    try:
        user, password = engine.registry_login(HUB if host in _HUB_HOSTS else host)
    except EngineError as wrong:
        raise EngineError(f"{host}: {wrong.message}") from wrong
    messages.send((data(1, user) if user else b"") + (data(2, password) if password else b""))


def _check(keys: Mapping[str, str], messages: Messages) -> None:
    name = text_of(group(messages.receive() or b""), 1) or "default"
    if name not in keys:
        raise NotFound(f"the build has no ssh key {name}")
    messages.send(b"")


def _forward(keys: Mapping[str, str], messages: Messages) -> None:
    name = (messages.metadata.get(_KEY_ID) or ["default"])[0] or "default"
    if name not in keys:
        raise NotFound(f"the build has no ssh key {name}")
    agent.relay(keys[name], messages)
