"""``--dry-run``: the plan, told in the words in which its execution would be told.

May import: cli, api, ui, plan.
"""

import sys

import click

from composer.api import Composer
from composer.api.rounds import rehearse
from composer.cli.settings import Settings
from composer.plan.changes import Preview
from composer.plan.ops import Plan


def show_plan(app: Composer, plan: Plan) -> None:
    """Tell every operation as done, and what is unchanged; nothing is changed."""
    rehearse(app, plan)


def show_preview(app: Composer, preview: Preview, settings: Settings) -> None:
    """Tell every operation as done; what they come to, and why, is the result: that of ``plan``."""
    rehearse(app, preview.plan)
    print_preview(preview, settings)


def print_preview(preview: Preview, settings: Settings) -> None:
    """Print what a plan comes to, as a tree."""
    from composer.ui.ansi import colours
    from composer.ui.plan import plan_text

    coloured = colours(sys.stdout, settings.ansi, settings.environ)
    click.echo(plan_text(preview, coloured=coloured), nl=False)
