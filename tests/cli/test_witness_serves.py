"""The command that runs for months: it says where it answers, answers, and stops when told to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.witness.forked_log import ORIGIN, SIGNER, ForkedLog
from tests.witness.witnesses import Running
from veedor.log.cosignature import parse_cosigner_key, time_s
from veedor.log.note import parse_note, verify_note

# Where tests are started in the background, SIGINT is ignored, and children inherit that.
HEARD = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
VEEDOR = [sys.executable, "-c", f"{HEARD}; from veedor.cli.app import main; main()"]


def veedor(folder: Path, *words: str) -> list[str]:
    environment = os.environ | {"VEEDOR_PASSPHRASE_FILE": str(folder / "passphrase")}
    done = subprocess.run([*VEEDOR, *words], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_witness_is_served_from_the_command_line_until_it_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("only for tests\n")
    made = veedor(tmp_path, "witness", "init", "w", "--name", "example.org/witness")
    key = parse_cosigner_key(made[0].removeprefix("Witness "))
    veedor(tmp_path, "witness", "watch", "w", "--origin", ORIGIN, "--key", SIGNER.verifier.text())
    command = ["witness", "serve", "w", "--port", "0", "--passphrase-file", "passphrase"]
    with subprocess.Popen([*VEEDOR, *command], cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            port = re.fullmatch(r"The witness answers at http://127\.0\.0\.1:(\d+)\n", said)
            assert port, said
            log = ForkedLog()
            answer = Running(process, int(port[1])).add(log.request(0, 5))
            (line,) = verify_note(parse_note(log.signed(5) + answer.body), [key])
            assert abs(time_s(line) - (tmp_path / "w/witness.sqlite").stat().st_mtime) < 60
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
        finally:
            process.kill()
    assert f"{ORIGIN}: cosigned up to 5 entries, root {log.head(5).root.hex()}" in veedor(
        tmp_path, "witness", "list", "w"
    )
