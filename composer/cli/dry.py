"""``--dry-run``: the plan, told in the words in which its execution would be told.

May import: cli, api, run.
"""

from composer.api import Composer
from composer.plan.ops import Plan
from composer.run.telling import Teller


def show_plan(app: Composer, plan: Plan) -> None:
    """Tell every operation as done, and what is unchanged; nothing is changed."""
    app.tell(plan)
    teller = Teller(plan, app.emit)
    for op in plan:
        teller.started(op)
        teller.ended(op)
