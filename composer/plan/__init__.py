"""From the wanted and the observed state to a Plan: an immutable graph of operations.

Nothing here touches the engine, reads a clock or asks a question.

    ops, policy           the vocabulary: what a plan is made of, what the user asked for
    draft, situation      a plan in the making, and what it is made from
    check                 what can be refused before anything is touched
    images, networks, volumes, orphans    one kind of resource each
    divergence, replicas  which containers stay, change, come and go, and why
    joins                 whose namespaces and volumes a service shares
    steps, starting       the operations that make it so, and the order of starting
    up, down, stop        the commands: they put the others together

May import: state, graph, identity, spec, errors, value.
"""
