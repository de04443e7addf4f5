"""The `veedor` command: names the commands, turns errors into messages and exit codes.

Exit codes: 0 done, 1 failed, 2 usage, 3 at least one row or file was rejected (everything else is written),
4 verification failed, 130 interrupted, 141 the reader of the output went away.

Commands are loaded when they are called: `veedor verify` must not wait for detectors to load.
"""

from __future__ import annotations

import os
import sys

from cyclopts import App, CycloptsError

from veedor.cli.output import complain, complain_of_command, language_asked
from veedor.errors import UsageError, VeedorError
from veedor.version import VERSION

# Command -> file of this room that holds it, and what `veedor --help` says of it (the file is not loaded for that).
COMMANDS = {
    "init": ("init", "Begin a mission, with fresh keys for this party."),
    "join": ("join", "Do what a draft needs next from this party: join it, sign it, begin the log."),
    "deposit": ("deposit", "Hand in files: copied by digest, read, committed row by row, stated in the log."),
    "restate": ("restate", "Say anew what a deposit of this party covers: period, completeness, outages."),
    "sync": ("sync", "Bring this copy up to date from another one, by HTTP or from a folder."),
    "append": ("append", "Append what waits in the outbox to the log; the member that appends does this."),
    "share": ("share", "Write what other members may have to a stick or a served folder."),
    "receipt": ("receipt", "Say in the log that another member's statement was seen."),
    "run": ("run", "Run all detectors over deposits and log what was run."),
    "parameters": ("parameters", "What detectors are set to, and a file of it that the parties can adopt."),
    "findings": ("findings", "List the findings of the last run, strongest first; one of them whole, with reasons."),
    "review": ("review", "Sign that a hit on a sanctions list is another person, the same, or unsure; list reviews."),
    "show": ("show", "Show the source record behind a finding: file, place, bytes."),
    "look": ("look", "Say in the log that another's data are looked at, before they are shown."),
    "attest": ("attest", "Attest a document; it goes sealed to named members."),
    "payload": ("payload", "Private payloads in this copy: list, open, send again, destroy when they expire."),
    "state": ("state", "Show the state that the log gives."),
    "seal": ("seal", "Ask witnesses to cosign the log's head and log the seal that gives time."),
    "verify": ("verify", "Check a mission, a log, a bundle or a single file from its bytes, step by step."),
    "log": ("log", "Prove entries and rows of the log; write its trust policy; rebuild its head record."),
    "bundle": ("bundle", "Write the log, with a page that verifies it, to one file."),
    "witness": ("witness", "A witness of the log: it cosigns only what continues what it cosigned before."),
    "keys": ("keys", "Show a mission's keys; take new ones, recover lost ones, report stolen ones, delegate."),
    "propose": (
        "propose",
        "Write a draft to be signed: quorums, a member, an adoption, a handover, the end.",
    ),
    "accord": ("accord.app", "The accord: check it, sign it, see what follows, say what was done."),
    "sign": ("sign", "Show what a draft says, and sign it for this party."),
    "label": ("label", "Say how an earlier statement is to be handled from now on."),
    "export": ("export", "Write the overview page and GeoJSON, for one audience."),
    "flights": ("files", "Find gaps and landings away from aerodromes in files, without a mission."),
    "money": ("files", "Find patterns of laundering in bank files, without a mission."),
    "ranking": ("ranking", "A private order of payments, learned from your own decisions; nothing shared holds it."),
    "screen": ("screen", "Look up names, accounts, aircraft and vessels on sanctions lists, without a mission."),
    "holders": ("holders", "Find which names in files are likely one person or firm, without a mission."),
    "registers": (
        "registers",
        "Ask a register: what a number is, whether two spellings are one account, thresholds, amounts of other days.",
    ),
    "simulate": ("simulate", "Make a simulated scenario with its truth."),
    "evaluate": ("evaluate", "Compare findings with a scenario's truth."),
}

app = App(
    name="veedor",
    help="Transparent joint monitoring: radar logs and bank records that rivals can check together.",
    version=VERSION,
    result_action="return_value",
)
for _name, (_file, _help) in COMMANDS.items():
    app.command(f"veedor.cli.{_file}:{_name}", name=_name, help=_help, sort_key=list(COMMANDS).index(_name))


# Arrow's own allocator keeps a hundred megabytes of what was freed, and only the environment reaches the pool that its
# query engine takes memory from. Detectors gain by it; reading and storing do not.
SPARING = ("deposit",)


def main() -> None:
    """Entry point of the console script."""
    given = sys.argv[1:]
    if given[:1] and given[0] in SPARING:
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        code = app(given, exit_on_error=False, print_error=False) if language_asked(given) == "es" else app(given)
    except CycloptsError as error:
        complain_of_command(error)
        code = UsageError.exit_code
    except VeedorError as error:
        complain(error, language_asked(given))
        code = error.exit_code
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Whoever read the output (head, a pager) has seen enough; nothing may be flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    sys.exit(code if isinstance(code, int) else 0)
