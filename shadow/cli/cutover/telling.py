"""A verdict that somebody asked for by hand, noted for the hooks where it is another than the one before."""

import time

import click

from analysis.results import Study
from shadow.cli.cutover.acting import actor, carry
from shadow.cli.cutover.auto import with_verdict
from shadow.cli.cutover.looking import evidence_of
from shadow.errors import ShadowError
from shadow.harness import Harness


def tell(harness: Harness, config: str | None, study: Study, verdict_id: str) -> None:
    """A changed verdict gets its line in the trail, and is told. What fails is said; the verdict stands."""
    evidence = evidence_of(study, verdict_id)
    file = harness.cutover_file
    try:
        before = file.read()
        if before.standing(study.migration).decision != evidence.decision:
            file.change(lambda state: with_verdict(state, study.migration, evidence, time.time(), by=actor()))
            carry(harness, config)
    except ShadowError as error:
        click.echo(f"Nobody is told of this verdict: {error}", err=True)
