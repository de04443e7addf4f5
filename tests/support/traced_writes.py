"""What a piece of work does to a folder, system call by system call, and the disks that a crash could leave of it.

`BrokenFiles` sees what goes through `veedor.log_folder.files`; a database library writes behind its back. Here the work
runs in a forked process under ptrace, and every call that changes the one (flat) folder is recorded:

    operations = record(folder, work)       # work(say) runs in the child; say("…") marks what it told the world
    for at in range(len(operations) + 1):
        said = leave(operations[:at], target, keep)

`leave` writes into an empty folder what the disk holds if the machine dies after those operations. `keep` decides for
each change that no sync has made durable whether it survives all the same: `lambda: True` is a killed process, `lambda:
False` the harshest loss of power, a random one anything between, as disks write in no promised order. Content is made
durable by a sync of its file, a name by a sync of the folder.
"""

from __future__ import annotations

import ctypes
import os
import platform
import posix
import signal
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

Say = Callable[[str], None]

_TRACEME, _SYSCALL, _SETOPTIONS, _SYSCALL_INFO = 0, 24, 0x4200, 0x420E
_GOOD_STOPS_AND_DIE_WITH_ME = 0x1 | 0x100000
_CALLS = {
    "x86_64": {
        1: "write", 18: "pwrite", 20: "other", 74: "sync", 75: "sync", 76: "other", 77: "truncate", 82: "rename",
        83: "other", 85: "other", 86: "link", 87: "unlink", 257: "openat", 258: "other", 263: "unlinkat",
        264: "renameat", 265: "linkat", 285: "other", 296: "other", 316: "renameat",
    },
    "aarch64": {
        34: "other", 35: "unlinkat", 37: "linkat", 38: "renameat", 45: "other", 46: "truncate", 47: "other",
        56: "openat", 64: "write", 66: "other", 68: "pwrite", 70: "other", 82: "sync", 83: "sync", 276: "renameat",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """One change: its kind, the name in the folder, and what the kind needs."""

    kind: str
    name: str = ""
    other: str = ""
    offset: int = 0
    data: bytes = b""


@dataclass
class _Content:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Operation] = field(default_factory=list)


def record(folder: Path, work: Callable[[Say], None]) -> list[Operation]:
    """Run the work in a child and give what it changed in the folder, in order; skips where tracing is impossible."""
    calls = _CALLS.get(platform.machine())
    if calls is None or not Path("/proc/self/mem").exists():
        pytest.skip(f"no table of system calls for {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            os.fsync = posix.fsync  # what the suite puts in its place reaches no disk, and no tracer
            if libc.ptrace(_TRACEME, 0, 0, 0) == 0:
                os.kill(os.getpid(), signal.SIGSTOP)
                work(lambda text: _say(writing, text))
                code = 0
        finally:
            os._exit(code)
    os.close(writing)
    try:
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            pytest.skip("this system does not let a process trace its child")
        libc.ptrace(_SETOPTIONS, child, 0, _GOOD_STOPS_AND_DIE_WITH_ME)
        return _Trace(libc, child, calls, folder, writing).run()
    finally:
        os.close(reading)


def _say(writing: int, text: str) -> None:
    os.write(writing, text.encode())


class _Trace:
    def __init__(self, libc: ctypes.CDLL, child: int, calls: dict[int, str], folder: Path, said: int) -> None:
        self.libc, self.child, self.calls, self.folder, self.said = libc, child, calls, folder, said
        self.operations: list[Operation] = []

    def run(self) -> list[Operation]:
        due: Operation | None = None
        passed_on = 0
        while True:
            self.libc.ptrace(_SYSCALL, self.child, 0, passed_on)
            _, status = os.waitpid(self.child, 0)
            if os.WIFEXITED(status):
                assert os.WEXITSTATUS(status) == 0, "the work failed"
                return self.operations
            assert os.WIFSTOPPED(status), "the work was killed"
            passed_on = os.WSTOPSIG(status)
            if passed_on != signal.SIGTRAP | 0x80:
                continue
            passed_on = 0
            info = ctypes.create_string_buffer(88)
            self.libc.ptrace(_SYSCALL_INFO, self.child, ctypes.c_size_t(88), info)
            if info.raw[0] == 1:
                number, *arguments = struct.unpack_from("<7Q", info.raw, 24)
                due = self._entered(self.calls.get(number, ""), arguments)
            elif info.raw[0] == 2 and due is not None:
                (result,) = struct.unpack_from("<q", info.raw, 24)
                if result >= 0:
                    assert due.kind not in ("write", "said") or result == len(due.data), "a write was cut short"
                    self.operations.append(due)
                due = None

    def _entered(self, call: str, arguments: list[int]) -> Operation | None:
        first, second, third, fourth = arguments[:4]
        if call == "write" and first == self.said:
            return Operation("said", data=self._bytes(second, third))
        if call in ("write", "pwrite", "sync", "truncate"):
            name = self._open_name(first)
            if name is None:
                return None
            if call == "sync":
                return Operation("sync", name)
            if call == "truncate":
                return Operation("truncate", name, offset=second)
            offset = fourth if call == "pwrite" else self._position(first)
            return Operation("write", name, offset=offset, data=self._bytes(second, third))
        if call == "openat":
            name = self._name(second)
            if name is None or not third & os.O_CREAT or (self.folder / name).exists():
                assert name is None or not third & os.O_TRUNC, "emptying a file is not modelled"
                return None
            return Operation("create", name)
        if call in ("unlink", "unlinkat"):
            name = self._name(first if call == "unlink" else second)
            return Operation("unlink", name) if name is not None else None
        if call in ("link", "linkat", "rename", "renameat"):
            old, new = (first, second) if call in ("link", "rename") else (second, fourth)
            names = self._name(old), self._name(new)
            if names[0] is None or names[1] is None:
                return None
            return Operation(call.removesuffix("at"), names[1], names[0])
        if call == "other":
            assert self._open_name(first) is None, "this way of writing is not modelled"
        return None

    def _open_name(self, handle: int) -> str | None:
        try:
            return self._below(str(Path(f"/proc/{self.child}/fd/{handle}").readlink()))
        except OSError:
            return None

    def _name(self, address: int) -> str | None:
        return self._below(self._bytes(address, 4096, to_zero=True).decode())

    def _below(self, path: str) -> str | None:
        if path == str(self.folder):
            return ""
        return path.removeprefix(f"{self.folder}/") if path.startswith(f"{self.folder}/") else None

    def _position(self, handle: int) -> int:
        lines = Path(f"/proc/{self.child}/fdinfo/{handle}").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("pos:")).split()[1])

    def _bytes(self, address: int, count: int, *, to_zero: bool = False) -> bytes:
        with Path(f"/proc/{self.child}/mem").open("rb", 0) as memory:
            memory.seek(address)
            if not to_zero:
                return memory.read(count)
            # Up to the end of the page, as the next one may not be there.
            text = memory.read(4096 - address % 4096)
            return (text if b"\0" in text else text + memory.read(4096)).partition(b"\0")[0]


def leave(operations: Sequence[Operation], target: Path, keep: Callable[[], bool]) -> list[str]:
    """Write what the disk holds after these operations and a crash; gives what the work had said before it."""
    durable: dict[str, _Content] = {}
    names: dict[str, _Content] = {}
    pending: list[Operation] = []
    held: dict[int, _Content] = {}
    said: list[str] = []
    for operation in operations:
        if operation.kind == "said":
            said.append(operation.data.decode())
        elif operation.kind in ("write", "truncate"):
            names[operation.name].pending.append(operation)
        elif operation.kind == "sync" and operation.name:
            content = names[operation.name]
            for change in content.pending:
                _change(content.durable, change)
            content.pending.clear()
        elif operation.kind == "sync":
            for change in pending:
                _rename(durable, change, held[id(change)])
            pending.clear()
        else:
            content = _Content() if operation.kind == "create" else names[operation.other or operation.name]
            held[id(operation)] = content
            _rename(names, operation, content)
            pending.append(operation)
    for change in pending:
        if keep():
            _rename(durable, change, held[id(change)])
    for name, content in durable.items():
        data = bytearray(content.durable)
        for change in content.pending:
            if keep():
                _change(data, change)
        (target / name).write_bytes(data)
    return said


def _rename(names: dict[str, _Content], operation: Operation, content: _Content) -> None:
    if operation.kind == "unlink":
        names.pop(operation.name, None)
        return
    names[operation.name] = content
    if operation.kind == "rename":
        names.pop(operation.other, None)


def _change(data: bytearray, operation: Operation) -> None:
    if operation.kind == "truncate":
        del data[operation.offset :]
        data.extend(bytes(operation.offset - len(data)))
        return
    end = operation.offset + len(operation.data)
    data.extend(bytes(max(0, end - len(data))))
    data[operation.offset : end] = operation.data
