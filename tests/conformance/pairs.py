"""Stories for the comparison of convergence: a project, and what happens to it step by step.

A story is made from a number alone: some services that need one another, and steps. Each step
changes the file, does something to the engine by hand, and names the command that is to bring it
all into line. A pair is a story of one step.
"""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from tests.conformance.changes import Project, change, need

Request = tuple[str, str, Any]
"""What is done by hand: method, path and body of a request to the engine."""
NAME = "shop"
WORLD: tuple[Request, ...] = (
    ("POST", "/networks/create", {"Name": "world"}), ("POST", "/volumes/create", {"Name": "world"}),
)  # fmt: skip
"""What is there before the project: what it may take for external."""
_FLAGS = (
    "", "", "", "--no-recreate", "--force-recreate", "--always-recreate-deps", "-V",
    "--no-deps {0}", "--remove-orphans", "--scale {0}=2", "{0}", "{0} --force-recreate",
    "{0} --force-recreate --always-recreate-deps", "--wait", "--force-recreate -V",
    "--no-deps --force-recreate {0}", "--scale {0}=0", "-t 0", "--no-recreate {0}", "{0} {1}",
    "--no-deps --scale {0}=3 {0}", "-V {0}", "--pull never", "--no-recreate --scale {0}=3",
    "--always-recreate-deps {0}", "--remove-orphans --no-recreate", "--wait {0}",
    "-V --no-recreate", "--scale {0}=1 --scale {1}=2", "--no-deps -V {0}", "--no-start {0}",
    "--remove-orphans -V", "--force-recreate --remove-orphans -t 0 {0}",
)  # fmt: skip
_OTHERS = (
    "create", "up --no-start", "stop", "stop {0}", "start", "restart", "restart {0}", "rm -f -s",
    "rm -fsv {0}", "down", "down -v", "down {0}", "scale {0}=3", "kill -s HUP {0}", "pause",
    "create --force-recreate {0}", "create --no-recreate", "create --scale {0}=2", "start {0}",
    "restart --no-deps {0}", "kill", "kill {0}", "unpause", "pause {0}", "rm -f", "rm -fs {0} {1}",
    "scale --no-deps {0}=2 {1}=1", "down --remove-orphans", "stop -t 0 {0}",
    "kill --remove-orphans", "run -d --name job{2} {0}", "run -d --no-deps --name job{2} {0}",
    "restart -t 0 {0} {1}", "down -t 0 {0} {1}", "--profile p up -d", "--profile p stop",
    "--profile p down", "up -d --no-start", "down -v --remove-orphans",
    "down --rmi local", "down --rmi all", "down --rmi all {0}", "down --rmi all --remove-orphans",
    "--profile p up -d --remove-orphans", "--profile p down -v --remove-orphans", "rm -f {0}",
    "create --remove-orphans", "create -y {0}", "scale {0}=0", "scale {0}=2 {1}=2", "pause {0}",
    "unpause {0}", "up -d -y --no-start {0}", "run -d --rm --use-aliases --name job{2} {0}",
    "create --no-recreate --scale {0}=3", "rm -fsv", "stop {0} {1}", "start {0} {1}",
)  # fmt: skip


class Step(NamedTuple):
    """*env_file* is what ``f.env`` holds, *token* the secret, *by_hand* what is done before.

    *answer* is what the command reads where it asks; empty where nobody answers.
    """

    project: Project
    env_file: str
    token: str
    by_hand: tuple[Request, ...]
    command: tuple[str, ...]
    answer: str = ""


class Story(NamedTuple):
    """A project that is brought up, and the steps after that."""

    project: Project
    env_file: str
    steps: tuple[Step, ...]


def story(number: int, steps: int = 1) -> Story:
    """Return the story with this number."""
    r = Random(number)  # noqa: S311 - the same each time
    first = _project(r)
    return Story(first, "F=1\n", tuple(_steps(r, first, steps)))


def _steps(r: Random, before: Project, count: int) -> Iterator[Step]:
    variables = tokens = 1
    for at in range(count):
        after = copy.deepcopy(before)
        changes = [change(r, after) for _ in range(r.choice((0, 1, 1, 2, 3)))]
        by_hand = tuple(_meddling(r, before) for _ in range(r.choice((0, 0, 1, 2))))
        variables += "env_file" in changes
        tokens += "content" in changes
        command = _command(r, after, at)
        answer = "" if "-y" in command else r.choice(("", "n\n", "y\n"))
        yield Step(after, f"F={variables}\n", f"t{tokens}", by_hand, command, answer)
        before = after


def _project(r: Random) -> Project:
    names = sorted(r.sample("abcdef", r.randint(2, 5)))
    services: Project = {}
    for at, name in enumerate(names):
        services[name] = _service(r, services, names[:at])
    return {
        "name": NAME,
        "services": services,
        "networks": {"n1": {}, "n2": {"labels": {"k": "1"}}},
        "volumes": {"vol": {}, "wol": {"labels": {"k": "1"}}},
        "secrets": {"token": {"environment": "TOKEN"}},
    }


def _service(r: Random, known: Project, earlier: list[str]) -> Project:
    """Return a service; it needs those with one container only where that is shared."""
    service: Project = {"image": r.choice("xyz"), "command": ["run"]}
    if earlier and r.random() < 0.5:
        need(r, known, service, r.choice(earlier))
    owners = [one for one in earlier if "scale" not in known[one]]
    sharing = r.choice(("network_mode", "ipc", "volumes_from", "")) if owners else ""
    if sharing == "volumes_from":
        service[sharing] = [r.choice(owners)]
    elif sharing:
        service[sharing] = f"service:{r.choice(owners)}"
    elif r.random() < 0.3:
        service["scale"] = r.randint(2, 3)
    if sharing != "network_mode" and r.random() < 0.5:
        service["networks"] = {"n1": {"aliases": ["al"]}, "n2": {"priority": 5}}
    if r.random() < 0.5:
        service["volumes"] = r.sample(("vol:/data", "/anon", "wol:/w", "/other"), r.randint(1, 3))
    if r.random() < 0.3:
        service["env_file"] = ["f.env"]
    return service


def _meddling(r: Random, project: Project) -> Request:
    """Return a request that does something which the project knows nothing of."""
    name = r.choice(sorted(project["services"]))
    called = f"{NAME}-{name}-{r.choice((1, 1, 1, 2))}"
    where = f"/containers/{called}"
    image = project["services"][name]["image"]
    network = f"{NAME}_{r.choice(('n1', 'n2', 'default'))}"
    return r.choice((
        ("POST", f"{where}/stop?t=0", None), ("POST", f"{where}/kill", None),
        ("DELETE", f"{where}?force=1", None), ("POST", f"{where}/rename?name=moved", None),
        ("POST", f"/renew/{image}:latest", None), ("POST", f"{where}/pause", None),
        ("POST", f"/networks/{network}/disconnect", {"Container": called}),
        ("DELETE", f"/networks/{network}", None), ("DELETE", f"/volumes/{NAME}_vol", None),
        ("POST", f"{where}/start", None),
        ("POST", f"/networks/{network}/connect", {"Container": called}),
        ("POST", f"/finish/{called}/1", None), ("POST", f"/finish/{called}/0", None),
        ("POST", f"/die/{called}", None), ("DELETE", f"{where}?v=1&force=1", None),
        ("DELETE", f"/volumes/{NAME}_wol", None), ("POST", f"{where}/restart?t=0", None),
        ("POST", f"{where}/rename?name={NAME}-{name}-7", None),
    ))  # fmt: skip


def _command(r: Random, project: Project, at: int) -> tuple[str, ...]:
    names = sorted(project["services"])
    words = r.choice(names), r.choice(names), at
    if r.random() < 0.35:
        return tuple(r.choice(_OTHERS).format(*words).split())
    agreed = ("-y",) if r.random() < 0.8 else ()
    return ("up", "-d", *agreed, *r.choice(_FLAGS).format(*words).split())
