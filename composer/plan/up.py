"""``up`` and ``create``: from what is there to what is wanted.

May import: plan, state, graph, spec.
"""

from composer.graph import edges_of, reversed_edges, start_order
from composer.plan.check import check
from composer.plan.images import plan_images
from composer.plan.networks import carry_bystanders, plan_networks
from composer.plan.ops import Plan
from composer.plan.orphans import plan_orphans
from composer.plan.policy import UpPolicy
from composer.plan.provided import plan_provided
from composer.plan.situation import Situation
from composer.plan.starting import hand_over_ports, wait_for_all
from composer.plan.steps import plan_service, release
from composer.plan.volumes import plan_volumes
from composer.spec.project import Project
from composer.state import Observed

DEFAULT = UpPolicy()


def up(project: Project, observed: Observed, policy: UpPolicy = DEFAULT) -> Plan:
    """Return the plan that makes the services of *project* run; raise PlanError where none can.

    A plan with ``again`` set only pulls and builds: carry it out, observe, and plan once more with
    ``policy.images_settled``.
    """
    s = Situation(project, observed, policy)
    check(s)
    again = plan_images(s)
    plan_networks(s)
    plan_volumes(s)
    s.draft.check()
    if again or (not policy.images_settled and plan_provided(s)):
        return _first(project, observed, policy)
    _plan_containers(s)
    return s.draft.plan()


def _first(project: Project, observed: Observed, policy: UpPolicy) -> Plan:
    """Return what the rest depends on: images, and what other programs provide."""
    s = Situation(project, observed, policy)
    plan_images(s)
    plan_provided(s)
    return s.draft.plan(again=True)


def _plan_containers(s: Situation) -> None:
    order = [name for level in start_order(s.project) for name in level]
    handled = {c.id for name in order for c in s.replicas[name]}
    for container, removal in plan_orphans(s):
        release(s, container, removal)
        handled.add(container.id)
    for name in order:
        plan_service(s, name)
    carry_bystanders(s, handled)
    s.order_stops(reversed_edges(edges_of(s.project.services)), reversed(order))
    hand_over_ports(s)
    if s.policy.wait and s.policy.start:
        wait_for_all(s)
