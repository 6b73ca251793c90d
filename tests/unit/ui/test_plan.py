import json

from composer.plan.changes import Change, Difference, Preview
from composer.plan.reasons import MISSING, Reason
from composer.ui.plan import plan_json, plan_text

WEB = Change(
    "container", "shop-web-1", "recreate",
    (Reason("configuration"), Reason("new-network", "front")), "web", "id",
    ("create", "stop", "remove", "rename", "start"),
    (Difference("environment.A", "1", None), Difference("command", None, ["a", "b"]),
     Difference("cpus", 0.5, 1.0), Difference("environment.PATH", "/a", "/b", of_image=True),
     Difference("labels.x", "", "y"), Difference("user", None, "me", of_image=True)),
)  # fmt: skip
PREVIEW = Preview(
    "shop",
    (
        Change("image", "nginx", "create", MISSING),
        Change("network", "shop_default", "unchanged"),
        Change("volume", "shop_data", "create", MISSING),
        WEB,
        Change("container", "shop-web-2", "remove", (Reason("scaled", "2 → 1"),), "web"),
        Change(
            "container",
            "shop-db-1",
            "change",
            (Reason("not-running", "exited (1)"),),
            "db",
            "",
            ("start",),
        ),
        Change("container", "shop-new-1", "create", (Reason("not-running", "bad \x1b[2J"),), "new"),
    ),
    (Change("container", "shop-db-1", "change", differences=(Difference("cpus", 0.5),)),),
    ("careful",),
    ("who knows",),
    ("really?",),
)

EXPECTED = """\
Images
  + nginx  missing

Networks
  = shop_default

Volumes
  + shop_data  missing

Service db
  > shop-db-1  start: exited (1)

Service new
  + shop-new-1  bad \\x1b[2J

Service web
  ~ shop-web-1  configuration changed, network front is new
      environment.A: 1 → (unset)
      command: (unset) → ["a", "b"]
      cpus: 0.5 → 1
      labels.x: "" → y
      given by the image: environment.PATH, user
  - shop-web-2  scale 2 → 1

Changed outside: container shop-db-1
      cpus: 0.5, wanted (unset)

warning: careful
note: who knows
question: really?
Project shop: 3 to create, 1 to recreate, 1 to remove, 1 to start or stop, 1 unchanged, \
1 changed outside (--force-recreate undoes that)
"""


def test_the_tree() -> None:
    assert plan_text(PREVIEW) == EXPECTED


def test_colours_are_put_around_lines_only() -> None:
    coloured = plan_text(PREVIEW, coloured=True)
    assert "\x1b[33m~ shop-web-1  configuration changed, network front is new\x1b[0m" in coloured
    assert "\x1b[2J" not in coloured


def test_nothing() -> None:
    assert plan_text(Preview("shop")) == "Project shop: nothing to do\n"


def test_json_has_everything() -> None:
    found = json.loads(plan_json(PREVIEW))
    assert found["summary"] == {"create": 3, "unchanged": 1, "recreate": 1, "remove": 1,
                                "change": 1}  # fmt: skip
    assert found["empty"] is False
    (web,) = (one for one in found["changes"] if one["name"] == "shop-web-1")
    assert web["differences"][0] == {
        "attribute": "environment.A", "old": "1", "new": None, "of_image": False,
    }  # fmt: skip
    assert (web["service"], web["action"], web["kind"]) == ("web", "recreate", "container")
    assert web["reasons"] == [
        {"code": "configuration", "about": None},
        {"code": "new-network", "about": "front"},
    ]
    whys = {one["name"]: one["reasons"] for one in found["changes"]}
    assert whys["shop_data"] == [{"code": "missing", "about": None}]
    assert whys["shop-web-2"] == [{"code": "scaled", "about": "2 → 1"}]
    assert whys["shop_default"] == []
    (drift,) = found["drift"][0]["differences"]
    assert (drift["attribute"], drift["old"], drift["new"]) == ("cpus", 0.5, None)
    assert (found["warnings"], found["questions"]) == (["careful"], ["really?"])
