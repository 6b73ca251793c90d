"""What `up` would do, on an engine in memory."""

from composer.api import Composer, UpPolicy
from composer.load.reader import MemoryReader
from composer.plan.changes import Preview
from tests.memory_engine import IMAGE, MemoryEngine

FILE = f"""
services:
  web:
    image: "{IMAGE}"
    command: sleep 1000
    environment: {{A: "1"}}
    cpus: 0.5
    configs: [site]
    depends_on: [db]
  db: {{image: "{IMAGE}", command: sleep 1000, volumes: ["data:/data"]}}
  side: {{image: "{IMAGE}", command: sleep 1000, network_mode: "service:db"}}
volumes: {{data: }}
configs: {{site: {{content: "one"}}}}
"""
CHANGING = ("create_container", "start_container", "stop_container", "create_network")


def app(text: str, engine: MemoryEngine) -> Composer:
    reader = MemoryReader({"/shop/compose.yaml": text})
    return Composer(reader=reader, cwd="/shop", environ={}, engine=engine)


def preview(engine: MemoryEngine, text: str = FILE, policy: UpPolicy | None = None) -> Preview:
    """Return the preview; fail where making it changes something."""
    before = engine.calls.copy()
    found = app(text, engine).preview_up(policy or UpPolicy())
    assert all(engine.calls[call] == before[call] for call in CHANGING)
    return found


def running() -> MemoryEngine:
    engine = MemoryEngine()
    app(FILE, engine).up()
    return engine


def actions(found: Preview) -> dict[str, str]:
    return {one.name: one.action for one in found.changes if one.kind == "container"}


def test_a_stack_that_is_as_wanted_has_nothing_to_do() -> None:
    engine = running()
    found = preview(engine)
    assert found.empty
    assert set(actions(found).values()) == {"unchanged"}


def test_a_change_is_told_by_attribute() -> None:
    found = preview(running(), FILE.replace('"1"', '"2"').replace('"one"', '"two"'))
    (web,) = (one for one in found.changes if one.action == "recreate")
    assert (web.name, web.service) == ("shop-web-1", "web")
    assert web.cause == "configuration changed, content of config site changed"
    assert [(one.attribute, one.old, one.new) for one in web.differences] == [
        ("environment.A", "1", "2")
    ]


def test_an_owner_that_is_recreated_takes_who_lives_in_it_along() -> None:
    found = preview(running(), FILE.replace('["data:/data"]', '["data:/other"]'))
    assert actions(found) == {
        "shop-db-1": "recreate", "shop-side-1": "recreate", "shop-web-1": "unchanged"
    }  # fmt: skip
    (side,) = (one for one in found.changes if one.name == "shop-side-1")
    assert [one.new for one in side.differences] == ["container:(new container)"]


def test_a_limit_that_was_changed_by_hand_is_reported_and_left() -> None:
    engine = running()
    (listed,) = engine.list_containers({"name": ["shop-web-1"]})
    engine.inspect_container(listed["Id"])["HostConfig"]["NanoCpus"] = 10**9
    found = preview(engine)
    assert not found.empty
    assert set(actions(found).values()) == {"unchanged"}
    (drift,) = found.drift
    assert [(one.attribute, one.old, one.new) for one in drift.differences] == [("cpus", 1.0, 0.5)]


def test_what_a_pull_comes_to_is_noted() -> None:
    found = preview(running(), policy=UpPolicy(pull="always"))
    assert [one.name for one in found.changes if one.kind == "image"] == [IMAGE]
    assert found.notes == (
        "where an image turns out to be a new one, containers of db, side, web are recreated",
    )


def test_each_container_is_inspected_once() -> None:
    engine = running()
    before = engine.calls.copy()
    preview(engine)
    assert engine.calls["inspect_container"] - before["inspect_container"] == 3
    assert engine.calls["inspect_image"] - before["inspect_image"] <= 3
