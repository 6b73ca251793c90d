"""What of an output is the same in each run: times, ids and random names give way to words."""

import re
from collections.abc import Mapping

_RULES = [
    (r"\x1b\[[0-9;?]*[A-Za-z]", ""),
    (r"\bsha256:[0-9a-f]{12,64}", "<id>"),
    (r"\b[0-9a-f]{64}\b", "<id>"),
    (r"\b[0-9a-f]{12}\b", "<id>"),
    (r"-run-[0-9a-f]{6,12}", "-run-<id>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?( [+-]\d{4} UTC)?", "<time>"),
    (r"\b(Up |Exited \(\d+\) |)(About an? \w+|Less than a second|\d+ (millis|s)econds?)( ago)?",
     r"\1<time>"),
    (r"\b\d+ minutes( ago)?\b", "<time>"),
    (r"\b\d+(\.\d+)?m?s\b", "<time>"),
    (r"(127\.0\.0\.1|0\.0\.0\.0|\[::\]|::):(3[2-9]|[45]\d|6[0-5])\d{3}\b", r"\1:<port>"),
    (r"\b\d+(\.\d+)?(B|kB|MB|GB)\b", "<size>"),
    (r"\bexited with code (137|143)", "exited with code <signal>"),
    (r"\bkill: \(\d+\)", "kill: (<process>)"),
    (r"\broot [1-9]\d* \d+ \d+ \d\d:\d\d ", "root <process> "),
    (r"[ \t]+", " "),
]  # fmt: skip
_COMPILED = [(re.compile(pattern), new) for pattern, new in _RULES]
_START = re.compile(r'^(?:(?:error|warning):|time="?<time>"? level=\w+ msg="?) ?', re.IGNORECASE)
_SET = re.compile(r"\[([\w.:/<>-]+(?: [\w.:/<>-]+)+)\]")
_VARYING = re.compile(r"tini \(\d+\)|Exited \((137|143)\)")
"""Numbers of processes; whether a signal came before a process could heed it."""
_LIST = re.compile(r"(Going to remove|Attaching to) (.*)")
_FRAME = re.compile(
    r":? ?strconv\..*$|: invalid compose project$"
    r"|^validating <folder>/\S+: \S+ |^error while interpolating \S+: |^<folder>/\S+: (?=the att)"
    r"|\brpc error: code = \w+ desc = |\bfailed to solve with frontend \S+: "
    r"|(?<=open )/\S+/buildkit-mount\d+/",
    re.IGNORECASE,
)
"""What stands around the peer's own words: Go's, and places that Composer tells in another form."""
_STEP = re.compile(r"#\d+ |> \[.*\] .*:$|> (pushing|resolve image config for) .*:$|\d+\.\d{3} ")
"""How BuildKit begins the lines of its steps, which depend on its cache.

A failed step's last lines, which `buildx` repeats, are told by Composer in the error.
"""


def text(raw: str, places: Mapping[str, str]) -> str:
    """Return an output with words for what differs from run to run: *places*, and the rules."""
    made = raw
    for place, word in places.items():
        made = made.replace(place, word)
    for pattern, new in _COMPILED:
        made = pattern.sub(new, made)
    return made


def lines(normal: str) -> list[str]:
    """Return the lines that are compared: not blank ones, not a build's steps; sorted."""
    found = (line.strip() for line in normal.splitlines())
    told = (line for line in found if line and not _STEP.match(line))
    return sorted(_ordered(_VARYING.sub("<varying>", line)) for line in told)


def _ordered(line: str) -> str:
    """Return a line whose names, in brackets or with commas, are in order."""
    if found := _LIST.match(line):
        line = f"{found[1]} {', '.join(sorted(found[2].split(', ')))}"
    return _SET.sub(lambda found: f"[{' '.join(sorted(found[1].split()))}]", line)


def sentence(line: str) -> str:
    """Return a line of standard error without its level and frame, in small letters."""
    bare = _START.sub("", line.strip()).rstrip('"').removesuffix("\\n").replace('\\"', '"')
    return _FRAME.sub("", bare).lower()
