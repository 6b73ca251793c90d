"""A container's configuration, laid out flat as attributes of a service: name → value. Pure.

The same for an inspection and for the body of a create call; empty values are left out.

May import: identity, spec, engine.port.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from composer.engine.port import Json
from composer.identity import CONTENT
from composer.spec.service import Service
from composer.spec.units import format_duration

Flat = dict[str, Any]

_SECOND = 10**9
_HOST = "HostConfig."
_ELSEWHERE = frozenset(("LogConfig", "PortBindings", "RestartPolicy", "NanoCpus", "NetworkMode"))
_MORE = {"BlkioWeight": "blkio_config.weight", "Tmpfs": "tmpfs"}
_PLAIN = {
    "User": "user", "WorkingDir": "working_dir", "StopSignal": "stop_signal", "Tty": "tty",
    "OpenStdin": "stdin_open", "Hostname": "hostname", "Domainname": "domainname",
    "Cmd": "command", "Entrypoint": "entrypoint", "Image": "image",
}  # fmt: skip
_OWN_LABELS = ("com.docker.compose.", CONTENT)
_ANONYMOUS = re.compile(r"[0-9a-f]{64}")


def flat_config(config: Json, host: Json) -> Flat:
    """Return what the engine keeps in Config."""
    made: Flat = {name: config.get(field) for field, name in _PLAIN.items()}
    variables = (one.partition("=") for one in config.get("Env") or ())
    made |= {f"environment.{name}": value for name, _, value in variables}
    labels = config.get("Labels") or {}
    made |= {f"labels.{k}": v for k, v in labels.items() if not k.startswith(_OWN_LABELS)}
    exposed = (config.get("ExposedPorts") or {}).keys() - (host.get("PortBindings") or {}).keys()
    made["expose"] = sorted(exposed)
    timeout = config.get("StopTimeout")
    made["stop_grace_period"] = None if timeout is None else f"{timeout}s"
    return {**_present(made, keep=("environment.", "labels.")), **_healthcheck(config)}


def _healthcheck(config: Json) -> Flat:
    check = config.get("Healthcheck") or {}
    times = ("Interval", "Timeout", "StartPeriod", "StartInterval")
    names = {"StartPeriod": "start_period", "StartInterval": "start_interval"}
    made: Flat = {"test": check.get("Test"), "retries": check.get("Retries")}
    made |= {
        names.get(one, one.lower()): format_duration(check[one]) for one in times if check.get(one)
    }
    return {f"healthcheck.{name}": value for name, value in _present(made).items()}


def flat_host(host: Json, networks: Collection[str]) -> Flat:
    """Return what the engine keeps in HostConfig; *networks* are those whose name is no mode."""
    made: Flat = {name: host.get(field) for field, name in _host_fields().items()}
    for name in ("sysctls", "storage_opt", "annotations", "tmpfs"):
        entries = made.pop(name, None) or {}
        made |= {f"{name}.{key}": value for key, value in entries.items()}
    made["cpus"] = (host.get("NanoCpus") or 0) / _SECOND
    mode = host.get("NetworkMode") or ""
    made["network_mode"] = "" if mode in networks else mode
    made["restart"] = _restart(host.get("RestartPolicy") or {})
    logging = host.get("LogConfig") or {}
    made["logging.driver"] = logging.get("Type")
    options = logging.get("Config") or {}
    made |= {f"logging.options.{key}": value for key, value in options.items()}
    for port, places in (host.get("PortBindings") or {}).items():
        made[f"ports.{port}"] = ", ".join(map(_place, places or ()))
    made = _present(made, keep=("ports.", "tmpfs."))
    return {**made, **_mounts(host)}


@cache
def _host_fields() -> Mapping[str, str]:
    """Return the attribute of each field of HostConfig, as the registry says."""
    fields = {
        row.engine.removeprefix(_HOST): name
        for name, row in Service.__attrs__.items()
        if row.engine.startswith(_HOST)
    }
    return {**{k: v for k, v in fields.items() if k not in _ELSEWHERE}, **_MORE}


def _restart(policy: Json) -> str:
    name, count = policy.get("Name") or "", policy.get("MaximumRetryCount") or 0
    return f"{name}:{count}" if count else name


def _place(binding: Json) -> str:
    published, address = binding.get("HostPort") or "any", binding.get("HostIp") or ""
    return f"{address}:{published}" if address not in {"", "0.0.0.0"} else published  # noqa: S104


def _mounts(host: Json) -> Flat:
    """Return Binds and Mounts by target."""
    made: Flat = {}
    for text in host.get("Binds") or ():
        source, _, rest = text.partition(":")
        target, _, options = rest.partition(":")
        made[f"volumes.{target}"] = _mount(source, options or "rw")
    for mount in host.get("Mounts") or ():
        access = "ro" if mount.get("ReadOnly") else "rw"
        source = mount.get("Source") or ""
        made[f"volumes.{mount['Target']}"] = _mount(source, access, mount.get("Type", ""))
    return made


def _mount(source: str, access: str, kind: str = "") -> str:
    """Return ``data:rw``; a volume without a name is ``volume:rw``."""
    if not source or _ANONYMOUS.fullmatch(source):
        source = kind or "volume"
    return f"{source}:{access}"


def flat_endpoints(networks: Mapping[str, Any], own: Collection[str]) -> Flat:
    """Return how it is on its networks; *own* are names that the engine adds as aliases."""
    made: Flat = {}
    for name, given in networks.items():
        endpoint = given or {}
        addresses = endpoint.get("IPAMConfig") or {}
        made |= {
            f"networks.{name}": "joined",
            f"networks.{name}.aliases": _aliases(endpoint.get("Aliases") or (), own),
            f"networks.{name}.ipv4_address": addresses.get("IPv4Address"),
            f"networks.{name}.ipv6_address": addresses.get("IPv6Address"),
        }
    return _present(made)


def flat_network(found: Json) -> Flat:
    """Return what makes a network, by the attributes of a file."""
    ipam = found.get("IPAM") or {}
    made: Flat = {
        "driver": found.get("Driver"),
        "internal": found.get("Internal"),
        "attachable": found.get("Attachable"),
        "enable_ipv4": found.get("EnableIPv4"),
        "enable_ipv6": found.get("EnableIPv6"),
        "ipam.driver": ipam.get("Driver"),
    }
    made |= {f"ipam.options.{key}": value for key, value in (ipam.get("Options") or {}).items()}
    for number, pool in enumerate(ipam.get("Config") or ()):
        made |= {
            f"ipam.config[{number}].subnet": pool.get("Subnet"),
            f"ipam.config[{number}].ip_range": pool.get("IPRange"),
            f"ipam.config[{number}].gateway": pool.get("Gateway"),
            f"ipam.config[{number}].aux_addresses": pool.get("AuxiliaryAddresses"),
        }
    return {**_present(made), **_labels_and_options(found, found.get("Options"))}


def flat_volume(found: Json) -> Flat:
    """Return what makes a volume; *found* has its options as an inspection, or a body, does."""
    options = found.get("Options") or found.get("DriverOpts")
    made = {"driver": found.get("Driver")}
    return {**_present(made), **_labels_and_options(found, options)}


def _labels_and_options(found: Json, options: Json | None) -> Flat:
    labels = found.get("Labels") or {}
    made: Flat = {f"driver_opts.{key}": value for key, value in (options or {}).items()}
    return made | {f"labels.{k}": v for k, v in labels.items() if not k.startswith(_OWN_LABELS)}


def _aliases(names: Iterable[str], own: Collection[str]) -> list[str]:
    return sorted(set(names) - set(own))


def _present(made: Flat, keep: tuple[str, ...] = ()) -> Flat:
    """Return the entries with a value; with a prefix in *keep*, an empty text is one, too."""
    return {
        name: value
        for name, value in made.items()
        if value or (value == "" and keep and name.startswith(keep))
    }
