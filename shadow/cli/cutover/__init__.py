"""shadow cutover."""

import click

from shadow.cli.cutover.auto import auto
from shadow.cli.cutover.deliver import deliver
from shadow.cli.cutover.moving import advance, rollback, set_percent
from shadow.cli.cutover.permission import approve, hold, resume
from shadow.cli.cutover.show import history, percent, show


@click.group()
def cutover() -> None:
    """Let the verdict move the candidate's share of live traffic, or move it yourself.

    Live processes follow within two seconds. A key keeps its arm as the percentage grows. Every change is in the audit
    trail with who, when, from, to, why, its verdict and the evidence.

    \b
    Examples:
      shadow cutover auto                      one step, for cron: at most one stage up, or all the way back
      shadow cutover show
      shadow cutover approve --reason "the design team looked at the report"
      shadow cutover rollback --reason "support tickets about grey skies"
      shadow cutover resume --reason "the vendor fixed the washed out skies"
    """


for verb in (auto, show, set_percent, advance, approve, hold, resume, rollback, history, percent, deliver):
    cutover.add_command(verb)
