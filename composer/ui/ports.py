"""A container's ports on one line, as ``docker ps`` shows them.

May import: state.
"""

from collections.abc import Iterable

from composer.state import PublishedPort


def displayed(ports: Iterable[PublishedPort]) -> str:
    """Return *ports* in words: ``80/tcp, 127.0.0.1:8000-8002->8000-8002/tcp, [::]:81->80/tcp``.

    Consecutive ports are one range where the host's numbers are the container's; others follow,
    one by one.
    """
    first: dict[tuple[str, str], list[int]] = {}
    ranges: list[str] = []
    others: list[str] = []
    for port in sorted(ports, key=_order):
        if port.host_ip and port.published != port.target:
            where = f"{_host(port.host_ip)}:{port.published}"
            others.append(f"{where}->{port.target}/{port.protocol}")
            continue
        group = first.get((port.host_ip, port.protocol))
        if group and port.target == group[1] + 1:
            group[1] = port.target
            continue
        if group:
            ranges.append(_range(port.host_ip, port.protocol, *group))
        first[port.host_ip, port.protocol] = [port.target, port.target]
    last = [_range(ip, protocol, *group) for (ip, protocol), group in first.items()]
    return ", ".join([*ranges, *last, *others])


def _order(port: PublishedPort) -> tuple[int, str, int, str]:
    return port.target, port.host_ip, port.published, port.protocol


def _host(ip: str) -> str:
    return f"[{ip}]" if ":" in ip else ip


def _range(ip: str, protocol: str, start: int, end: int) -> str:
    numbers = str(start) if start == end else f"{start}-{end}"
    return f"{_host(ip)}:{numbers}->{numbers}/{protocol}" if ip else f"{numbers}/{protocol}"
