"""`make demo`: a simulated month from files to findings, verified; makes everything anew and exits by itself."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo"
VEEDOR = Path(sys.executable).with_name("veedor")
PARTIES = ("ve", "co")
MEMBERS = (*PARTIES, "qa")


class Demo:
    """Runs `veedor` as a user would, one command after the other, and says how long each took."""

    def __init__(self, factor: str, seed: str) -> None:
        self.factor, self.seed = factor, seed
        self.started = time.perf_counter()
        self.environment = {
            **os.environ,
            "VEEDOR_STATE": str(DEMO / "state"),
            "VEEDOR_PASSPHRASE_FILE": str(DEMO / "passphrase"),
        }

    def step(self, title: str, *commands: Sequence[str], quiet: Sequence[str] = ()) -> None:
        """Commands that do not depend on each other's results; all must succeed (3: rows rejected, told apart).

        What `quiet`, the last one, prints is in the file it writes too, and is not shown.
        """
        at = time.perf_counter()
        print(f"\n== {title}", flush=True)
        for command in (*commands, quiet) if quiet else commands:
            print("$ veedor " + " ".join(_short(part) for part in command), flush=True)
            shown = subprocess.DEVNULL if command is quiet else None
            code = subprocess.run([str(VEEDOR), *command], env=self.environment, check=False, stdout=shown).returncode
            if code not in (0, 3):
                sys.exit(f"veedor {command[0]} ended with {code}; the demo stops here")
        now = time.perf_counter()
        print(f"   {now - at:.1f} s, {now - self.started:.0f} s in all", flush=True)

    def seal(self, mission: str, trust: str) -> None:
        """Each member's witness, a process of its own, cosigns the head; the appender logs when that was."""
        for member in MEMBERS:
            make = ["witness", "init", str(DEMO / f"witness-{member}"), "--mission", mission, "--party", member]
            self._quietly([*make, "--trust", trust])
        serving = [self._witness(member) for member in MEMBERS]
        try:
            asked = [part for process in serving for part in ("--witness", _address(process))]
            self.step("Seal: every member's witness cosigns the head", ["seal", mission, *asked])
        finally:
            for process in serving:
                process.terminate()
            for process in serving:
                process.wait()

    def _quietly(self, command: Sequence[str]) -> None:
        subprocess.run([str(VEEDOR), *command], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def _witness(self, member: str) -> subprocess.Popen[str]:
        command = [str(VEEDOR), "witness", "serve", str(DEMO / f"witness-{member}"), "--port", "0"]
        return subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, text=True)

    def genesis(self, mission: str) -> str:
        """The digest of entry 0. In a real mission it comes from people, by telephone or on paper."""
        command = [str(VEEDOR), "state", mission, "--json"]
        said = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout
        return next(row["genesis"] for row in map(json.loads, said.splitlines()) if row.get("genesis"))


def _short(part: str) -> str:
    return os.path.relpath(part) if part.startswith(str(ROOT)) else part


def main() -> None:
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir()
    secret = DEMO / "passphrase"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(24), encoding="ascii")
    demo = Demo(os.environ.get("DEMO_FACTOR", "0.2"), os.environ.get("DEMO_SEED", "20260501"))
    mission, files = str(DEMO / "mission"), DEMO / "files"
    truth = str(files / "truth")
    # Kernels of detectors are compiled beside all that comes before the run and needs one processor only.
    warm = [sys.executable, str(ROOT / "tools" / "warm.py"), "air", "money", "kernel.sphere", "kernel.exactmath"]
    compiling = subprocess.Popen(warm, stdout=subprocess.DEVNULL)
    demo.step(
        "Simulate thirty days over a border, and found a mission of the simulated parties",
        ["simulate", str(files), "--factor", demo.factor, "--seed", demo.seed, "--mission", mission],
    )
    demo.step(
        "Deposit: each party hands in its radar logs and bank records, openly",
        *(
            ["deposit", mission, *_files(files / party, "radar", "bank"), "--party", party, "--open", "--yes"]
            for party in PARTIES
        ),
        *(
            ["deposit", mission, file, "--sensor", _sensor(file), "--party", "co", "--open", "--yes"]
            for file in _files(files / "co", "adsb")
        ),
    )
    compiling.wait()
    demo.step("Run: find what does not add up", ["run", mission])
    demo.step("Evaluate against the simulator's truth", ["evaluate", mission, "--truth", truth])
    trust = DEMO / "genesis.txt"
    trust.write_text(demo.genesis(mission) + "\n", encoding="ascii")
    demo.seal(mission, str(trust))
    demo.step("Verify from the bytes on disk", ["verify", mission, "--trust", str(trust)])
    overview, places = str(DEMO / "overview.html"), str(DEMO / "findings.geojson")
    demo.step(
        "Export the overview, and the log with a page that verifies it",
        ["export", mission, "--overview", overview, "--geojson", places, "--trust", str(trust), "--truth", truth],
        ["bundle", mission, str(DEMO / "log.zip")],
    )
    accord = DEMO / "accord"
    page = str(accord / "status.html")
    demo.step(
        "An accord like the one for which Veedor was made: what it promised, what follows (invented statements)",
        ["accord", "example", "doha", str(accord)],
        quiet=[
            "accord",
            "follow",
            *(str(accord / name) for name in ("accord.yaml", "statements.yaml")),
            "--page",
            page,
        ],
    )
    print(
        f"\nDone in {time.perf_counter() - demo.started:.0f} s. Everything here is SIMULATED.\n"
        f"  overview   {_short(overview)}   (open it in a browser; English and Spanish)\n"
        f"  log        {_short(str(DEMO / 'log.zip'))}   (verify.html in it checks it, with the digest below)\n"
        f"  digest     {trust.read_text(encoding='ascii').strip()}\n"
        f"  accord     {_short(page)}   (both columns, deadlines, every rule as a sentence)\n"
        f"  mission    {_short(mission)}\n"
        f"next:  VEEDOR_STATE={_short(str(DEMO / 'state'))} {_short(str(VEEDOR))} findings {_short(mission)} -n 5"
    )


def _address(witness: subprocess.Popen[str]) -> str:
    """Where a witness listens, as it says itself."""
    assert witness.stderr is not None  # it was started with a pipe
    found = re.search(r"http://\S+:\d+", witness.stderr.readline())
    return found[0] if found else sys.exit("a witness did not start; the demo stops here")


def _sensor(file: str) -> str:
    """SIMULATED-CO-A1-000.zip -> CO-A1, as the site table calls it."""
    return "-".join(Path(file).stem.split("-")[1:3])


def _files(party: Path, *kinds: str) -> list[str]:
    return [str(file) for kind in kinds for file in sorted((party / kind).glob("*"))]


if __name__ == "__main__":
    main()
