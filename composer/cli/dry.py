"""``--dry-run``: the plan, told in the words in which its execution would be told.

May import: cli, api.
"""

from composer.api import Composer
from composer.api.rounds import rehearse
from composer.plan.ops import Plan


def show_plan(app: Composer, plan: Plan) -> None:
    """Tell every operation as done, and what is unchanged; nothing is changed."""
    rehearse(app, plan)
