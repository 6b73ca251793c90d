"""What a batch of changes comes to."""

from hypothesis import given
from hypothesis import strategies as st

from composer.spec.develop import Develop, Hook, Trigger
from composer.spec.service import Service
from composer.watch.batch import Transfer, topmost, work
from composer.watch.rules import Rule, rules_of

HOOK = Hook(command=("reload",))
ACTIONS = ("rebuild", "sync", "restart", "sync+restart", "sync+exec")
names = st.sampled_from(["a", "b", "c", ".git", "x.log"])
paths = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/p/" + "/".join(parts))
triggers = st.builds(
    Trigger,
    path=st.sampled_from(["/p", "/p/a", "/p/a/b"]),
    action=st.sampled_from(ACTIONS),
    target=st.just("/app"),
    exec=st.just(HOOK),
    ignore=st.sampled_from([(), ("*.log",)]),
)
services = st.lists(triggers, max_size=3).map(
    lambda found: Service(develop=Develop(watch=tuple(found)))
)


def rules(**services: tuple[Trigger, ...]) -> list[Rule]:
    return [
        rule
        for name, found in services.items()
        for rule in rules_of(name, Service(develop=Develop(watch=found)))
    ]


def test_each_service_is_dealt_with_once() -> None:
    """However many files changed, and however many rules say so."""
    found = rules(
        web=(
            Trigger(path="/p/src", action="sync+restart", target="/app"),
            Trigger(path="/p", action="restart"),
            Trigger(path="/p/src", action="sync+exec", target="/app", exec=HOOK),
        ),
        api=(Trigger(path="/p/src", action="rebuild"),),
    )
    asked = work(["/p/src/b", "/p/src/a", "/p/src/a"], found)
    assert asked.rebuild == ("api",)
    assert asked.sync == {
        "web": (Transfer("/p/src/a", "/app/a"), Transfer("/p/src/b", "/app/b")),
    }
    assert asked.restart == ("web",)
    assert asked.run == (("web", HOOK),)


def test_what_concerns_nobody_asks_for_nothing() -> None:
    found = rules(web=(Trigger(path="/p/src", action="sync", target="/app"),))
    assert work(["/p/other", "/p/src/.git/index"], found) == work([], found)


def test_work_may_leave_out_services() -> None:
    """As those whose build failed."""
    triggers = (
        Trigger(path="/p", action="rebuild"),
        Trigger(path="/p", action="sync+restart", target="/app"),
        Trigger(path="/p", action="sync+exec", target="/app", exec=HOOK),
    )
    both = work(["/p/a"], rules(web=triggers, api=triggers))
    assert both.without(["api"]) == work(["/p/a"], rules(web=triggers))


@given(st.dictionaries(st.sampled_from(["web", "api"]), services), st.lists(paths))
def test_batches_add_up(project: dict[str, Service], changed: list[str]) -> None:
    """A batch asks for what its changes ask for one by one, whatever their order."""
    found = [rule for name, one in project.items() for rule in rules_of(name, one)]
    whole = work(changed, found)
    single = [work([path], found) for path in changed]
    assert whole == work(reversed(changed), found)
    assert set(whole.rebuild) == {name for one in single for name in one.rebuild}
    assert set(whole.restart) == {name for one in single for name in one.restart}
    for name, transfers in whole.sync.items():
        alone = [one.sync.get(name, ()) for one in single]
        assert set(transfers) == {transfer for some in alone for transfer in some}
        assert len(set(transfers)) == len(transfers)


@given(st.lists(paths))
def test_topmost_paths_cover_all(changed: list[str]) -> None:
    """Removing them removes everything, and none of them twice."""
    kept = topmost(changed)
    for path in changed:
        assert sum((path + "/").startswith(one + "/") for one in kept) == 1
    assert set(kept) <= set(changed)
