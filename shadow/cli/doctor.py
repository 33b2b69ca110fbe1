"""shadow doctor."""

import json
import sys
from dataclasses import asdict

import click

from shadow.cli.options import config_option, json_option

MARKS = {"fine": "ok", "attention": "!!", "broken": "NO"}


@click.command()
@config_option
@json_option
def doctor(config: str | None, as_json: bool) -> None:
    """Look whether everything is there, and say of each thing that is not what to do about it.

    Looks at the config file, the installation, keys, every named model (its page only: nothing is paid for), quota,
    disk, spool, ledger, cutover state, worker and clock. Exits with 0 when nothing is broken (things that only deserve
    attention leave it 0), with 1 when something is, with 2 when config.toml cannot be used.

    \b
    Examples:
      shadow doctor
      shadow doctor --json | jq '.[] | select(.state == "broken")'
    """
    from shadow.cli.examination import examine
    from shadow.cli.options import opened

    checks = examine(opened(config))
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks]))
    else:
        for check in checks:
            click.echo(f"{MARKS[check.state]:3} {check.name}: {check.found}")
            if check.advice:
                click.echo(f"      {check.advice}")
        broken = sum(check.state == "broken" for check in checks)
        click.echo(f"{broken} of {len(checks)} broken." if broken else "Nothing is broken.")
    sys.exit(1 if any(check.state == "broken" for check in checks) else 0)
