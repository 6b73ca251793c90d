"""What differs on purpose wherever it occurs; what is particular to a step is said beside it.

A row has a pattern of steps, the aspects that may differ there, and why. `SPARED` are lines of the
peer that need not be said.
"""

import re
from fnmatch import fnmatchcase

from tests.parity.scenario import Aspect

Row = tuple[str, tuple[Aspect, ...], str]

KNOWN: tuple[Row, ...] = (
    ("*--dry-run*up *", ("stderr",), "a dry run of up tells final names"),
    ("*--dry-run start*", ("exit", "stderr"), "a dry run tells what would be done"),
    ("*--dry-run wait*", ("exit", "stdout", "stderr"), "a dry run tells what would be done"),
    ("*--dry-run commit*", ("exit", "stderr"), "a dry run tells what would be done"),
    ("*--dry-run export*", ("exit", "stderr"), "a dry run tells what would be done"),
    ("*--dry-run cp*", ("exit", "stderr"), "a dry run tells what would be done"),
    ("*--dry-run pull*", ("exit", "stderr"), "a dry run asks no registry"),
    ("*--dry-run attach*", ("stderr",), "refused before the container is looked for"),
    ("*--dry-run down*", ("stderr",), "the network would be free: the containers would be gone"),
    ("*volumes --format json*", ("stdout",), "the peer's labels are in no order"),
    ("*config --environment*", ("stdout",), "the environment names the program"),
    ("*config --variables*", ("stdout",), "the peer takes one of several defaults by chance"),
    ("*compose wait*", ("exit", "stdout", "stderr"), "what has ended counts here"),
    ("*--ansi always*", ("stderr",), "frames of a live view"),
    ("*--progress tty*", ("stderr",), "frames of a live view"),
    ("*publish *", ("stdout",), "a question tells what may be answered, and never shows a secret"),
    ("*compose version*", ("stdout",), "the product's own name and version"),
    ("compose wait *--down-project*", ("state",), "what has ended counts here"),
    ("*compose cp a:*", ("stderr",), "the peer takes any replica, Composer the first"),
    ("*finish TERM", ("stdout",), "a command that SIGTERM ended says so in its exit code"),
    ("*finish INT", ("stdout",), "the last lines and the ends of containers are shown"),
)

SPARED = {
    r"\S+ interrupted": "the other pulls go on",
    r"fetch failed.*": "each refusal of the registry on the way to the answer",
    r"docker compose build .*": "the warning goes on with Composer's own command",
    r"option '--\S+' is deprecated and will be ignored\.": "told with what to do instead",
    r"--progress is a global compose flag, better use .*": "told with Composer's own command",
    r"failed to execute bake: .*": "there is no Bake here",
    r"docker compose is configured to build using bake.*": "there is no Bake here",
    r"compose_bake=false is deprecated.*": "there is no Bake here",
    r"(switch to a different driver|learn more at https).*": "the hint says so",
    r"goroutine .*|panic: .*|\[signal .*|created by .*|(github\.com|golang\.org)/.*": "it panics",
    r"(network|volume) \S+ removing": "what stays is told of in one line",
    r"container \S+ error while \w+ing": "the reason is told instead",
    r"dry-run mode - network \S+ resource is still in use": "it would be free",
    r"run 'docker compose \w+ --help' for more information.*": "the hint says so",
    r"(usage: )?docker compose \w+ \[options\] .*": "the hint says so",
    r"docker: 'docker compose \w+' requires .*": "other words for an argument too few",
}


def reason(command: str, aspect: Aspect) -> str:
    """Return why that aspect of the step may differ, empty where nothing is said."""
    rows = (row for row in KNOWN if aspect in row[1] and fnmatchcase(command, row[0]))
    return next((why for _, _, why in rows), "")


def spared(sentence: str) -> bool:
    """Tell whether a line of the peer, in small letters, need not be said."""
    return any(re.fullmatch(pattern, sentence) for pattern in SPARED)
