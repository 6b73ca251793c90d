"""What may begin, and what is lost, when operations succeed and fail."""

from time import process_time

from composer.errors import EngineError, Failure
from composer.plan.ops import Plan, StartContainer, Wait
from composer.run.ledger import Ledger

CREATED = StartContainer(key="start a", resource="Container a")
OPTIONAL = Wait(key="wait a", resource="Container a", after=("start a",), required=False)
NEEDED = OPTIONAL.replace(required=True)
DEPENDENT = StartContainer(key="start b", resource="Container b", after=("wait a",))


def failure(key: str) -> Failure:
    return Failure(key, key, "refused", EngineError("refused"))


def test_what_needs_a_failed_operation_is_lost_with_all_that_follows() -> None:
    ledger = Ledger(Plan((CREATED, NEEDED, DEPENDENT)))
    lost, spared = ledger.fail(failure("start a"))
    assert [op.key for op in lost] == ["wait a", "start b"]
    assert spared == []


def test_an_optional_wait_is_spared_and_what_follows_goes_on() -> None:
    ledger = Ledger(Plan((CREATED, OPTIONAL, DEPENDENT)))
    lost, spared = ledger.fail(failure("start a"))
    assert (lost, spared) == ([], [OPTIONAL])
    assert ledger.succeed(OPTIONAL) == [DEPENDENT]


def test_a_spared_wait_does_not_begin_when_the_rest_of_what_it_needs_succeeds() -> None:
    other = StartContainer(key="start c", resource="Container c")
    both = OPTIONAL.replace(after=("start a", "start c"))
    ledger = Ledger(Plan((CREATED, other, both, DEPENDENT)))
    ledger.fail(failure("start a"))
    assert ledger.succeed(other) == []


def test_the_loss_of_thousands_of_operations_costs_little() -> None:
    created = [CREATED.replace(key=f"create {n}", after=("start a",)) for n in range(10_000)]
    started = [DEPENDENT.replace(key=f"start {n}", after=(f"create {n}",)) for n in range(10_000)]
    ledger = Ledger(Plan((CREATED, *created, *started)))
    began = process_time()
    lost, _ = ledger.fail(failure("start a"))
    assert len(lost) == 20_000
    assert process_time() - began < 0.5
