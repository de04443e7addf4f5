"""The `veedor` command: collects the command groups, turns errors into messages and exit codes.

Exit codes: 0 done, 1 failed, 2 usage, 3 at least one row or file was rejected (everything else is written),
4 verification failed, 130 interrupted.
"""

from __future__ import annotations

import sys
from importlib import import_module

from cyclopts import App

from veedor.version import VERSION
from veedor.cli.output import complain
from veedor.errors import VeedorError

GROUPS = (
    "init",
    "join",
    "deposit",
    "run",
    "findings",
    "show",
    "state",
    "verify",
    "simulate",
    "evaluate",
    "files",
    "export",
)

app = App(
    name="veedor",
    help="Transparent joint monitoring: radar logs and bank records that rivals can check together.",
    version=VERSION,
    result_action="return_value",
)
for _group in GROUPS:
    import_module(f"veedor.cli.{_group}").register(app)


def main() -> None:
    """Entry point of the console script."""
    try:
        code = app()
    except VeedorError as error:
        complain(error)
        code = error.exit_code
    except KeyboardInterrupt:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)
