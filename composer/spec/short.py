"""Short forms: the texts that stand for a whole mapping, read into that mapping.

Each function takes the node of the short form and returns the node (or nodes) of the long one, at
the same place; a text that cannot be read raises Misfit.

May import: spec.shapes, tree.
"""

import re
from typing import Any

from composer.spec.shapes import Misfit, as_text
from composer.tree import Node, build

_LAST_PORT = 65535
_PORT_HINT = "write a port from 0 to 65535, or a range of ports"
_PORT_DIGITS = 5
"""Python refuses to read very long numbers."""
_MOUNT_PARTS = 3
_PROTOCOLS = ("tcp", "udp", "sctp")
_BIND_OPTIONS = {
    **dict.fromkeys(("private", "rprivate", "shared", "rshared", "slave", "rslave"), "propagation"),
    "z": "selinux",
    "Z": "selinux",
}


def long(at: Node, **entries: Any) -> Node:
    """Return a mapping of *entries* that stands where *at* stands."""
    return build(entries, at.pos)


def context(node: Node) -> Node:
    """``build: DIR``."""
    return long(node, context=as_text(node))


def named_service(node: Node) -> Node:
    """``extends: SERVICE``."""
    return long(node, service=as_text(node))


def file_reference(node: Node) -> Node:
    """``- NAME`` of a service's configs."""
    return long(node, source=as_text(node))


def secret_reference(node: Node) -> Node:
    """``- NAME`` of a service's secrets."""
    return file_reference(node)


def env_file(node: Node) -> Node:
    """``env_file: PATH``."""
    return long(node, path=as_text(node), required=True)


def include(node: Node) -> Node:
    """``include: - PATH``."""
    return long(node, path=[as_text(node)])


def device(node: Node) -> Node:
    """``HOST[:CONTAINER[:PERMISSIONS]]``."""
    source, *rest = _split(as_text(node))
    target, permissions, *more = [*rest, *("", "rwm")[len(rest) :]]
    if more:
        message = f"confusing device mapping, please use long syntax: {as_text(node)}"
        raise Misfit(message, node, "invalid-device")
    return long(node, source=source, target=target or source, permissions=permissions)


def ports(node: Node) -> list[Node]:
    """``[[IP:]HOST:]CONTAINER[/PROTOCOL]``, each port possibly a range; one mapping a port.

    A range on both sides gives one entry a pair, ordered as Compose orders them (by the text of
    the container port); a range of host ports for one container port stays a range.
    """
    if node.is_mapping or not isinstance(node.value, (str, int)) or isinstance(node.value, bool):
        return [node]
    text = as_text(node)
    spec, protocol, *_ = [*text.split("/"), ""]  # what follows a protocol counts for nothing
    named, protocol = protocol, protocol.lower() or "tcp"
    *host_parts, container = spec.split(":")
    published = host_parts.pop() if host_parts else ""
    address = _address(":".join(host_parts), node)
    pairs = _port_pairs(container, published, node)
    if protocol not in _PROTOCOLS:
        message = f"Invalid proto: {named} in {text!r}; write one of {', '.join(_PROTOCOLS)}"
        raise Misfit(message, node, "invalid-port")
    entries = []
    for target, host in sorted(pairs, key=lambda pair: f"{pair[0]}/{protocol}"):
        entry: dict[str, Any] = {"mode": "ingress"}
        entry |= {"host_ip": address} if address else {}
        entry |= {"target": target} if target else {}
        entry |= {"published": host} if host else {}
        entries.append(long(node, **entry, protocol=protocol))
    return entries


def _address(text: str, node: Node) -> str:
    bracketed = text.startswith("[") and text.endswith("]")
    address = text[1:-1] if bracketed else text
    if (text and not is_address(address)) or (":" in address and not bracketed):
        message = f"Invalid ip address: {text} in {as_text(node)!r}"
        hint = f"write [{address.strip('[]')}]" if ":" in address else ""
        raise Misfit(message, node, "invalid-port", hint)
    return address


def is_address(text: str) -> bool:
    """Tell an IPv4 or IPv6 address."""
    import ipaddress

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _port_pairs(container: str, published: str, node: Node) -> list[tuple[int, str]]:
    if not container:
        message = f"No port specified for the container in {as_text(node)!r}"
        raise Misfit(message, node, "invalid-port")
    first, last = _port_range(container, node, "containerPort")
    if not published:
        return [(port, "") for port in range(first, last + 1)]
    host_first, host_last = _port_range(published, node, "hostPort")
    if first == last:
        dynamic = host_first != host_last
        return [(first, f"{host_first}-{host_last}" if dynamic else str(host_first))]
    if last - first != host_last - host_first:
        message = (
            "Invalid ranges specified for container and host Ports: "
            f"{container} and {published} differ in length"
        )
        raise Misfit(message, node, "port-range")
    return [(port, str(host_first + port - first)) for port in range(first, last + 1)]


def _port_range(text: str, node: Node, side: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]+)(?:-([0-9]+))?", text)
    digits = [one.lstrip("0") or "0" for one in match.groups(match[1])] if match else []
    first, last = (int(one) if len(one) <= _PORT_DIGITS else -1 for one in digits or ("-1", "-1"))
    if not 0 <= first <= last <= _LAST_PORT:
        message = f"Invalid {side}: {text} in {as_text(node)!r}; {_PORT_HINT}"
        raise Misfit(message, node, "invalid-port")
    return first, last


def mount(node: Node) -> Node:
    """``[SOURCE:]TARGET[:OPTIONS]``; a source that looks like a path is a bind, else a volume.

    A one-letter source is a volume, unless what follows makes a Windows path of it; Compose takes
    every one-letter source for a drive.
    """
    text = as_text(node)
    if not text:
        message = "invalid empty volume spec; write [SOURCE:]TARGET[:OPTIONS]"
        raise Misfit(message, node, "invalid-mount")
    if len(text.encode(errors="surrogateescape")) <= len("/n"):
        return long(node, type="volume", target=text)
    parts = split_mount(text)
    if "" in parts or len(parts) > _MOUNT_PARTS:
        empty = "" in parts[:_MOUNT_PARTS]
        why = "empty section between colons" if empty else "too many colons"
        message = f"invalid spec: {text}: {why}; write [SOURCE:]TARGET[:OPTIONS]"
        raise Misfit(message, node, "invalid-mount")
    source = parts[0] if len(parts) > 1 else ""
    entry: dict[str, Any] = {"type": "bind" if is_path(source) else "volume"}
    entry |= {"source": source} if source else {}
    entry["target"] = parts[min(1, len(parts) - 1)]
    if entry["type"] == "bind":
        entry["bind"] = {"create_host_path": True}
    else:
        entry["volume"] = {}
    for option in parts[2].split(",") if len(parts) == _MOUNT_PARTS else ():
        _mount_option(entry, option)
    return build(entry, node.pos)


def _mount_option(entry: dict[str, Any], option: str) -> None:
    """Apply one option; unknown ones are ignored, as Compose ignores them."""
    if option == "ro":
        entry["read_only"] = True
    elif option == "rw":
        entry.pop("read_only", None)
    elif option == "nocopy":
        entry["volume"] = {**entry.get("volume", {}), "nocopy": True}
    elif option in _BIND_OPTIONS:
        entry["bind"] = {**entry.get("bind", {}), _BIND_OPTIONS[option]: option}


def _split(text: str) -> list[str]:
    """Split at colons, but not within ``${…}``: with ``--no-interpolate`` variables stay."""
    if "${" not in text:
        return text.split(":")
    parts, depth = [""], 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if char == ":" and depth <= 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def split_mount(text: str) -> list[str]:
    r"""Split at colons, but not at the one of a Windows drive (``C:\data:/data``)."""
    parts = _split(text)
    joined: list[str] = []
    while parts:
        part = parts.pop(0)
        drive = len(part) == 1 and part.isalpha() and parts
        if drive and (joined or parts[0].startswith("\\") or _drive_with_slash(parts)):
            part = f"{part}:{parts.pop(0)}"
        joined.append(part)
    return joined


def _drive_with_slash(rest: list[str]) -> bool:
    """Tell ``c:/data:/data`` (a drive) from ``v:/data:ro`` (a volume of one letter)."""
    return rest[0].startswith("/") and len(rest) > 1 and rest[1].startswith("/")


def is_path(source: str) -> bool:
    """Tell a host path from a volume's name."""
    return source[:1] in {".", "/", "~"} or source[:2] == "\\\\" or bool(
        re.match(r"[A-Za-z]:[\\/]", source)
    )  # fmt: skip


def host_list(node: Node) -> list[tuple[str, str]]:
    """``HOST=IP[,IP…]`` or ``HOST:IP`` entries, or a mapping; pairs in the order of the file."""
    if node.is_mapping:
        return [
            (host, _bare(as_text(one)))
            for host, entry in node.value.items()
            for one in (entry.value if entry.is_sequence else [entry])
        ]
    return [pair for item in node.value for pair in _host(item)]


def _host(item: Node) -> list[tuple[str, str]]:
    text = as_text(item)
    host, found, address = text.partition("=" if "=" in text else ":")
    if not found:
        message = f"invalid additional host, missing IP: {text or repr(text)}; write HOST=IP"
        raise Misfit(message, item, "invalid-host")
    if not host or ":" in host:
        message = f"bad host name '{host}'; write HOST=IP"
        raise Misfit(message, item, "invalid-host")
    return [(host, _bare(one)) for one in address.split(",")]


def _bare(address: str) -> str:
    return address[1:-1] if address.startswith("[") and address.endswith("]") else address


def linked(link: str) -> str:
    """Return the service of ``SERVICE[:ALIAS]``; another number of colons makes no alias."""
    name, *alias = link.split(":")
    return name if len(alias) == 1 else link


def external(node: Node) -> Node:
    """Move the name of ``external: {name: N}`` (deprecated) to the resource's own ``name``."""
    given = node.get("external")
    if not node.is_mapping or not given or not given.is_mapping:
        return node
    name, own = given.get("name"), node.get("name")
    if name and own and name.value != own.value:
        message = "name and external.name conflict; only use name"
        raise Misfit(message, own, "conflict")
    node = node.with_entry("external", Node(True, given.pos))  # noqa: FBT003 - a YAML scalar
    return node.with_entry("name", name) if name and not own else node
