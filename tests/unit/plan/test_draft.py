import pytest

from composer.errors import PlanError
from composer.plan.draft import Draft
from composer.plan.ops import Op, Plan, Wait


def draft_of(**needs: str) -> Draft:
    draft = Draft()
    for key in needs:
        draft.add(Op(key=key, resource=key))
    for key, after in needs.items():
        draft.need(key, after.split())
    return draft


def test_each_comes_after_what_it_needs_else_as_it_was_added() -> None:
    plan = draft_of(c="a", b="", a="", d="b").plan().checked()
    assert plan.text().splitlines() == ["b", "a", "c  (after: a)", "d  (after: b)"]


def test_a_key_that_is_taken_gets_a_number() -> None:
    draft = Draft()
    keys = [draft.add(Op(key="stop web-1", resource="")) for _ in range(3)]
    assert keys == ["stop web-1", "stop web-1 (2)", "stop web-1 (3)"]


def test_empty_and_doubled_needs_are_left_out() -> None:
    draft = draft_of(a="")
    draft.add(Op(key="b", resource="b"), ["", "a", "a", "b"])
    assert draft.plan().operations[1].after == ("a",)


def test_operations_that_wait_for_each_other_are_a_defect() -> None:
    with pytest.raises(PlanError, match="wait for each other: a, b"):
        draft_of(a="b", b="a").plan()


def test_one_refusal_keeps_its_hint_and_several_are_listed() -> None:
    draft = Draft()
    draft.refuse("no", "try yes")
    with pytest.raises(PlanError, match=r"^no\n  hint: try yes$"):
        draft.check()
    draft.refuse("never")
    with pytest.raises(PlanError, match=r"^no \(try yes\)\nnever$"):
        draft.plan()


def test_checked_finds_a_doubled_key_and_a_wrong_order() -> None:
    one = Op(key="a", resource="")
    with pytest.raises(PlanError, match="doubled"):
        Plan(operations=(one, one)).checked()
    with pytest.raises(PlanError, match="out of order"):
        Plan(operations=(Op(key="b", resource="", after=("a",)), one)).checked()


def test_waits_alone_change_nothing() -> None:
    assert Plan(operations=(Wait(key="w", resource=""),)).empty
    assert not Plan(operations=(Op(key="a", resource=""),)).empty
