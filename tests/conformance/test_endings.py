"""Each difference that counts as known is known of the container that it is about, and no other."""

from typing import Any

from tests.conformance.endings import Turn, explained

WEB, DB = "container shop-web-1", "container shop-db-1"
RESTARTING: dict[str, Any] = {"depends_on": {"db": {"restart": True}}}


def container(made: int, service: str, **more: Any) -> dict[str, Any]:
    there = {"is": f"made {made}", "service": service, "state": "running", "starts": 1}
    return {**there, "mounts": {}, "networks": {"n": ["network n 1", []]}, **more}


def turn(
    web: dict[str, Any], before: dict[str, Any], theirs: dict[str, Any], ours: dict[str, Any]
) -> Turn:
    networks = {"n": {"name": "new"}, "kept": {}}
    project = {"name": "shop", "services": {"web": web, "db": {}}, "networks": networks}
    return Turn(["up -d"], project, before, theirs, ours, ["DELETE /volumes/shop_vol"])


def test_a_restart_is_known_where_the_dependency_lost_its_volume() -> None:
    holder = container(1, "db", mounts={"/data": "shop_vol"})
    before = {WEB: container(1, "web"), DB: holder}
    theirs = {WEB: container(1, "web"), DB: container(2, "db")}
    ours = {WEB: container(1, "web", starts=2), DB: container(2, "db")}
    lines = {WEB: [f" {WEB} starts: Docker Compose 1, Composer 2"]}
    assert explained(turn(RESTARTING, before, theirs, ours), lines) == (
        [], {"Restarts after a volume was replaced"},
    )  # fmt: skip
    assert explained(turn({}, before, theirs, ours), lines) == (lines[WEB], set())
    unmounted = {**before, DB: container(1, "db")}
    assert explained(turn(RESTARTING, unmounted, theirs, ours), lines) == (lines[WEB], set())


def test_a_recreation_for_networks_is_known_where_the_container_did_not_run() -> None:
    theirs = {WEB: container(1, "web", state="exited")}
    ours = {WEB: container(2, "web", networks={"other": ["network other 1", []]})}
    lines = {WEB: [f' {WEB} is: Docker Compose "made 1", Composer "made 2"']}
    stopped = turn({}, theirs, theirs, ours)
    assert explained(stopped, lines) == ([], {"Stopped containers on other networks"})
    running = turn({}, {WEB: container(1, "web")}, theirs, ours)
    assert explained(running, lines) == (lines[WEB], set())


def test_what_lives_with_a_container_that_is_known_to_be_new_follows_it() -> None:
    before = {DB: container(1, "db", content="a=1"), WEB: container(1, "web")}
    theirs = {DB: container(1, "db"), WEB: container(1, "web")}
    ours = {DB: container(2, "db", content="a=2"), WEB: container(2, "web")}
    lines = {key: [f' {key} is: Docker Compose "made 1", Composer "made 2"'] for key in (DB, WEB)}
    guest = turn({"network_mode": "service:db"}, before, theirs, ours)
    assert explained(guest, lines) == ([], {"Contents of configs and secrets"})
    assert explained(turn({}, before, theirs, ours), lines)[0] == lines[WEB]


def test_a_network_is_known_to_go_only_where_the_file_calls_it_otherwise() -> None:
    there = {"network shop_n": {"is": "network 1"}, "network shop_kept": {"is": "network 2"}}
    lines = {key: [f" {key}: only Docker Compose"] for key in there}
    ended = turn({}, there, there, {})._replace(commands=["down"])
    assert explained(ended, lines) == (
        lines["network shop_kept"], {"Networks under an earlier name"},
    )  # fmt: skip
