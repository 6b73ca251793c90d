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
