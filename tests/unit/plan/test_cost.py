"""Planning is linear, and hundreds of services cost little."""

from time import process_time

from composer.plan.down import down
from composer.plan.policy import UpPolicy
from composer.plan.up import up
from tests.unit.plan.stage import after_up, empty, project_of

SECONDS = 0.5
SERVICES = 500


def big_project() -> str:
    lines = ["services:"]
    for n in range(SERVICES):
        needs = f", depends_on: [s{n // 2}]" if n else ""
        lines.append(
            f"  s{n}: {{image: busybox, environment: {{A: b}}, ports: ['{10_000 + n}:80'], "
            f"volumes: ['v{n % 50}:/d']{needs}}}"
        )
    lines += ["volumes:", *(f"  v{n}: {{}}" for n in range(50))]
    return "\n".join(lines)


def test_five_hundred_services() -> None:
    project = project_of(big_project())
    nothing = empty(project)
    running = after_up(project, nothing)
    for observed, policy in (
        (nothing, UpPolicy(wait=True)),
        (running, UpPolicy()),
        (running, UpPolicy(recreate="force")),
    ):
        began = process_time()
        up(project, observed, policy)
        assert process_time() - began < SECONDS
    began = process_time()
    down(project.name, project, running)
    assert process_time() - began < SECONDS


def test_services_without_containers_that_need_each_other_cost_no_more_than_others() -> None:
    """Each way through them would be looked at otherwise: a million with twenty levels."""
    lines = ["services:", "  x0: {image: busybox}", "  y0: {image: busybox}"]
    for n in range(1, 60):
        needs = f"scale: 0, depends_on: [x{n - 1}, y{n - 1}]"
        lines += [f"  {one}{n}: {{image: busybox, {needs}}}" for one in "xy"]
    lines.append("  top: {image: busybox, depends_on: [x59, y59]}")
    project = project_of("\n".join(lines))
    plan = up(project, empty(project), UpPolicy())
    (last,) = (line for line in plan.text().splitlines() if line.startswith("start top-1"))
    assert last == "start top-1  (after: create top-1, start x0-1, start y0-1)"
