"""``run``: what must be there before a one-off container of a service can start.

That is all that ``up`` brings, but containers of the service itself.
May import: plan, graph, spec, state.
"""

from composer.graph import edges_of, reversed_edges, start_order
from composer.plan.check import check, tell_of_ignored
from composer.plan.images import plan_images
from composer.plan.networks import carry_bystanders, plan_networks
from composer.plan.ops import Plan
from composer.plan.orphans import plan_orphans
from composer.plan.policy import UpPolicy
from composer.plan.provided import plan_provided
from composer.plan.situation import Situation
from composer.plan.starting import gates, hand_over_ports
from composer.plan.steps import plan_service, release
from composer.plan.volumes import plan_volumes
from composer.spec.project import Project
from composer.state import Observed


def one_off(project: Project, observed: Observed, policy: UpPolicy, service: str) -> Plan:
    """Return the plan that prepares for *service*; its containers stay as they are."""
    s = Situation(project, observed, policy.replace(scale={service: 1}))
    check(s)
    if project.services[service].provider:
        s.draft.refuse(
            f"service {service} is brought by a provider: there is nothing to run a container of",
            "run a service that has an image",
        )
        s.draft.check()
    again = plan_images(s)
    plan_networks(s)
    plan_volumes(s)
    s.draft.check()
    if again or (not policy.images_settled and plan_provided(s)):
        alone = Situation(project, observed, policy.replace(scale={service: 1}))
        plan_images(alone)
        plan_provided(alone)
        return alone.draft.plan(again=True)
    order = [name for level in start_order(project) for name in level if name != service]
    handled = {c.id for name in order for c in s.replicas[name]}
    for container, removal in plan_orphans(s):
        release(s, container, removal)
        handled.add(container.id)
    for name in order:
        plan_service(s, name)
    carry_bystanders(s, handled)
    s.order_stops(reversed_edges(edges_of(project.services)), reversed(order))
    hand_over_ports(s)
    gates(s, service)
    tell_of_ignored(s, project.services[service])
    return s.draft.plan()
