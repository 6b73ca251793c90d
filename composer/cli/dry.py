"""``--dry-run``: the plan, told in the words in which its execution would be told.

May import: cli, api, ui, plan.
"""

from typing import TextIO

import click

from composer.api import Composer
from composer.api.rounds import rehearse
from composer.cli.settings import Settings
from composer.plan.changes import Preview
from composer.plan.ops import Plan


def show_plan(app: Composer, plan: Plan) -> None:
    """Tell every operation as done, and what is unchanged; nothing is changed."""
    rehearse(app, plan)


def print_preview(preview: Preview, settings: Settings, stream: TextIO) -> None:
    """Print what a plan comes to, as a tree."""
    from composer.ui.ansi import colours
    from composer.ui.plan import plan_text

    coloured = colours(stream, settings.ansi, settings.environ)
    click.echo(plan_text(preview, coloured=coloured), file=stream, nl=False)
