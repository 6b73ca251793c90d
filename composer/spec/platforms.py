"""Platforms as they are written: ``x86_64``, ``linux``, ``linux/arm/v6``.

Read as containerd reads them, and so as Docker Compose does.

May import: nothing of the package.
"""

import re
from typing import NamedTuple

_PART = re.compile(r"[A-Za-z0-9_-]+")
_SYSTEM = re.compile(r"([A-Za-z0-9_-]+)(?:\([A-Za-z0-9_.-]*\))?")
_SYSTEMS = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux",
    "nacl", "netbsd", "openbsd", "plan9", "solaris", "windows", "zos",
))  # fmt: skip
_ARCHITECTURES = frozenset((
    "386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64",
    "mips64le", "mips64p32", "mips64p32le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64",
    "s390", "s390x", "sparc", "sparc64", "wasm",
))  # fmt: skip
_ALIASES = {
    "x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386",
    "armhf": "arm", "armel": "arm",
}  # fmt: skip
_USUAL = {"amd64": "v1", "arm": "v7", "arm64": "v8"}
_GIVEN = {"i386": "", "armhf": "v7", "armel": "v6"}
"""The variant that the name of an architecture says, whatever follows."""
_MOST = 3


class Platform(NamedTuple):
    """Where a container can run; an empty variant is the usual one."""

    system: str
    architecture: str = ""
    variant: str = ""

    @property
    def exact(self) -> "Platform":
        """The same, with the usual variant left out."""
        usual = self.variant == _USUAL.get(self.architecture)
        return self._replace(variant="") if usual else self


def read_platform(text: str) -> Platform:
    """Read a platform, without an architecture where only a system is named.

    A system or architecture that stands alone must be a known one. Raises ValueError.
    """
    first, *rest = text.split("/")
    found = _SYSTEM.fullmatch(first)
    if not found or len(rest) >= _MOST or not all(map(_PART.fullmatch, rest)):
        raise ValueError("not of the form SYSTEM, ARCHITECTURE or SYSTEM/ARCHITECTURE[/VARIANT]")
    system = found[1].lower()
    system = "darwin" if system == "macos" else system
    if not rest and system in _SYSTEMS:
        return Platform(system)
    architecture, variant = _normal(*(rest or [first]))
    if not rest and architecture not in _ARCHITECTURES:
        raise ValueError("unknown operating system or architecture")
    made = Platform(system if rest else "linux", architecture, variant)
    if len(rest) < _MOST - 1 or architecture == "amd64":
        return made.exact
    return made


def _normal(architecture: str, variant: str = "") -> tuple[str, str]:
    given, number = architecture.lower(), variant.lower()
    name = _ALIASES.get(given, given)
    if given in _GIVEN:
        return name, _GIVEN[given]
    numbers = {"arm": ("5", "6", "7", "8"), "arm64": ("8",)}.get(name, ())
    return name, f"v{number}" if number in numbers else number


def whole_platform(text: str, machine: str) -> str:
    """Return *text* in the words of images, for the architecture of *machine* where none is named.

    ``x86_64`` becomes ``linux/amd64``. What cannot be read stays as it is.
    """
    try:
        read = read_platform(text)
    except ValueError:
        return text
    return "/".join(filter(None, read if read.architecture else (read.system, _normal(machine)[0])))
