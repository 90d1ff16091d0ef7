"""``memo keygen``: a new secret."""

from __future__ import annotations

import json

import click

from memo.store import new_secret


# No store is opened: a MEMO_SECRET that is no secret must not keep its remedy away.
@click.command("keygen")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def keygen(*, as_json: bool) -> None:
    """Print a new secret, for MEMO_SECRET.

    It is stored nowhere: keep it where other secrets are kept, and never in the store.
    """
    secret = new_secret()
    click.echo(json.dumps({"secret": secret}, indent=2) if as_json else secret)
