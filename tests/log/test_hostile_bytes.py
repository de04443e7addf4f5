"""Bytes from an enemy end in a verdict or the house's error, and no damage to a good file goes unseen."""

from __future__ import annotations

import base64
import contextlib
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.log.signing import sign
from veedor.errors import StoreError, UsageError, VeedorError, VerifyError
from veedor.log import ed25519
from veedor.log.canonical_json import canonical_bytes, parse_canonical
from veedor.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import (
    PAYLOAD_TYPE,
    Signature,
    digest,
    pae,
    parse_envelope,
    seal,
    signed_by_exactly,
    statement,
)
from veedor.log.note import (
    NoteSigner,
    VerifierKey,
    parse_note,
    parse_vkey,
    sign_note,
    verify_note,
)
from veedor.log.tiles import parse_bundle
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.verify import STEPS, verify_log
from veedor.log_folder.writer import LogWriter

KEYS = [SigningKey(bytes([i]) * 32) for i in range(1, 4)]
SIGNER = NoteSigner("example.org/log", KEYS[0])
HEAD = Checkpoint("example.org/log", 7, b"\x05" * 32)
STATEMENT = statement("https://example.org/test/1", {"thing": "ab" * 32}, {"n": 1, "text": "ñ"})


@given(st.binary(max_size=300))
def test_any_bytes_in_any_parser_raise_nothing_but_verify_errors(data: bytes) -> None:
    text = data.decode("latin-1")
    for parse in (
        lambda: parse_note(data),
        lambda: parse_checkpoint(data),
        lambda: parse_canonical(data),
        lambda: parse_envelope(data),
        lambda: parse_bundle(data, 3),
        lambda: parse_vkey(text),
        lambda: parse_note(b"text\n\n\xe2\x80\x94 " + data + b"\n"),
        lambda: parse_checkpoint(b"origin\n7\n" + data),
    ):
        with contextlib.suppress(VerifyError):
            parse()
    assert not ed25519.verify(data[:32].ljust(32, b"\0"), b"", data[:64].ljust(64, b"\0"))


HOSTILE_JSON = {
    "deep": b"[" * 100_000,
    "deep within the length": b"[" * 20_000 + b"]" * 20_000,
    "deeper than 64": b"[" * 65 + b"]" * 65,
    "deep objects": b'{"a":' * 65 + b"1" + b"}" * 65,
    "huge integer": b"9" * 5_000,
    "integer of 2**53": b"9007199254740992",
    "negative 2**53": b"-9007199254740992",
    "minus zero": b"-0",
    "leading zero": b"01",
    "float": b"1.5",
    "whole float": b"1.0",
    "exponent": b"1e3",
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "duplicate": b'{"a":1,"a":1}',
    "duplicate by escape": b'{"a":1,"\\u0061":2}',
    "space": b'{"a": 1}',
    "order": b'{"b":1,"a":2}',
    "needless escape": b'"\\u0061"',
    "lone surrogate": b'"\\ud800"',
    "raw surrogate": b'"\xed\xa0\x80"',
    "not UTF-8": b'"\xff"',
    "byte order mark": b'\xef\xbb\xbf"a"',
    "UTF-16": '"a"'.encode("utf-16"),
    "trailing": b"1 ",
    "two values": b"1 2",
    "empty": b"",
    "unended string with quotes": b'"' + b'\\"' * 24_000,
    "too long": b'"' + b"a" * 48 * 1024 + b'"',
    "control": b'"\x01"',
}


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_hostile_json_is_refused_at_once(name: str) -> None:
    start = time.perf_counter()
    with pytest.raises(VerifyError):
        parse_canonical(HOSTILE_JSON[name])
    assert time.perf_counter() - start < 1


def test_the_limits_themselves_are_allowed() -> None:
    for data in (
        b"[" * 64 + b"]" * 64,
        b"9007199254740991",
        b"-9007199254740991",
        b'"\\\\[[["',
        b'{"a":null,"b":true}',
    ):
        assert canonical_bytes(parse_canonical(data)) == data


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=50)
@given(json_values)
def test_canonical_bytes_read_back_to_the_same_value(value: object) -> None:
    assert parse_canonical(canonical_bytes(value)) == value


@pytest.mark.parametrize("value", [1.5, 1.0, 2**53, b"bytes", {1: 2}, {"a": {2}}, "\ud800", float("nan")])
def test_what_has_no_one_form_is_not_written(value: object) -> None:
    with pytest.raises(VerifyError):
        canonical_bytes(value)


def test_a_key_that_divides_libraries_is_refused_when_it_is_registered() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    prime = 2**255 - 19
    for y in (0, 1, prime - 1, prime, prime + 1, 2):
        for sign_bit in (0, 1 << 255):
            with pytest.raises(VerifyError):
                ed25519.screen_public((y | sign_bit).to_bytes(32, "little"))
    signature = KEYS[0].sign(b"text")
    assert ed25519.verify(KEYS[0].public, b"text", signature)
    s = int.from_bytes(signature[32:], "little") + order
    assert not ed25519.verify(KEYS[0].public, b"text", signature[:32] + s.to_bytes(32, "little"))
    for wrong in (signature[:-1], signature + b"\0", b""):
        assert not ed25519.verify(KEYS[0].public, b"text", wrong)


def test_an_unknown_line_is_ignored_and_one_bad_line_of_a_known_key_rejects_the_note() -> None:
    stranger = NoteSigner("example.org/stranger", KEYS[1])
    data = sign_note(b"text\n", [SIGNER, stranger])
    assert [line.name for line in verify_note(parse_note(data), [SIGNER.verifier])] == [SIGNER.name]
    other = sign_note(b"other\n", [SIGNER])
    bad_line = other.split(b"\n\n")[1]
    with pytest.raises(VerifyError):
        verify_note(parse_note(data + bad_line), [SIGNER.verifier])
    assert len(verify_note(parse_note(data + bad_line), [stranger.verifier])) == 1


def test_sixteen_signature_lines_are_read_and_a_thousand_are_not() -> None:
    signers = [NoteSigner(f"example.org/{i}", KEYS[0]) for i in range(16)]
    data = sign_note(b"text\n", signers)
    assert len(verify_note(parse_note(data), [signer.verifier for signer in signers])) == 16
    line = data.rsplit(b"\n", 2)[1] + b"\n"
    with pytest.raises(VerifyError):
        parse_note(data + line * 1000)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\u00a0b", "a\u2003b", "a\x01"])
def test_no_such_key_name_signs(name: str) -> None:
    with pytest.raises(VerifyError):
        NoteSigner(name, KEYS[0])


def test_another_spelling_of_the_same_base64_is_refused() -> None:
    data = sign_checkpoint(HEAD, SIGNER).decode()
    line = data.split("\n")[2]
    assert base64.b64decode(line[:-2] + "V=") == HEAD.root
    for other in (line[:-2] + "V=", line[:-1], line + "=", line.replace("B", "-"), " " + line, line + "\r"):
        with pytest.raises(VerifyError):
            parse_checkpoint(f"{HEAD.origin}\n7\n{other}\n".encode())


@pytest.mark.parametrize("size", ["", "-1", "+1", "01", "1 ", "0x1", "1e3", "٧", str(2**63), "9" * 5000])
def test_sizes_have_one_spelling(size: str) -> None:
    root = base64.b64encode(HEAD.root).decode()
    with pytest.raises(VerifyError):
        parse_checkpoint(f"{HEAD.origin}\n{size}\n{root}\n".encode())


def test_an_origin_may_have_spaces_and_extension_lines_are_kept() -> None:
    head = Checkpoint("go.sum database tree", 0, HEAD.root, ("extension one", "two"))
    assert parse_checkpoint(head.text()) == head


def test_a_checkpoint_of_another_origin_or_key_does_not_open() -> None:
    data = sign_checkpoint(HEAD, SIGNER)
    with pytest.raises(VerifyError, match="another log"):
        open_checkpoint(data, "example.org/other", SIGNER.verifier)
    with pytest.raises(VerifyError, match="not signed"):
        open_checkpoint(data, HEAD.origin, VerifierKey(SIGNER.name, KEYS[1].public))


def test_signers_come_in_the_order_of_their_keys_whoever_signed_first() -> None:
    data = sign(STATEMENT, KEYS)
    assert data == sign(STATEMENT, KEYS[::-1])
    assert [each.key_id for each in parse_envelope(data).signatures] == sorted(key.key_id for key in KEYS)


def test_an_envelope_counts_with_exactly_its_signers_and_no_bad_signature() -> None:
    named = [key.public.hex() for key in KEYS]
    envelope = parse_envelope(sign(STATEMENT, KEYS[:2]))
    assert signed_by_exactly(envelope, named[:2])
    assert signed_by_exactly(envelope, named[1::-1])
    for others in (named[:1], named, named[1:], []):
        assert not signed_by_exactly(envelope, others)
    unwrapped = Signature(KEYS[0].key_id, KEYS[0].sign(STATEMENT))  # not over the pre-authentication encoding
    forged = seal(STATEMENT, [unwrapped, parse_one(sign(STATEMENT, KEYS[1:2]))])
    assert not signed_by_exactly(parse_envelope(forged), named[:2])
    borrowed = Signature(KEYS[0].key_id, parse_one(sign(STATEMENT, KEYS[1:2])).signature)
    assert not signed_by_exactly(parse_envelope(seal(STATEMENT, [borrowed])), named[:1])


def parse_one(data: bytes) -> Signature:
    (signature,) = parse_envelope(data).signatures
    return signature


def test_the_signature_covers_the_pre_authentication_encoding_of_dsse() -> None:
    # Protocol text of DSSE v1: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body.
    assert pae(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    data = sign(STATEMENT, KEYS[:1])
    assert ed25519.verify(KEYS[0].public, pae(parse_envelope(data).payload, PAYLOAD_TYPE), parse_one(data).signature)


def test_an_envelope_in_any_other_form_is_refused() -> None:
    data = sign(STATEMENT, KEYS[:2])
    outer = parse_canonical(data)
    assert isinstance(outer, dict)
    signatures = outer["signatures"]
    assert isinstance(signatures, list)
    payload = base64.b64encode(b'{"a":1}').decode()
    for change in (
        {"signatures": signatures[::-1]},
        {"signatures": [signatures[0], signatures[0]]},
        {"signatures": []},
        {"payloadType": "application/json"},
        {"extra": 1},
        {"payload": payload},
        {"payload": base64.b64encode(b" " + parse_envelope(data).payload).decode()},
    ):
        with pytest.raises(VerifyError):
            parse_envelope(canonical_bytes(outer | change))


def test_a_statement_too_large_for_the_log_is_refused_when_signed() -> None:
    with pytest.raises(VeedorError):
        sign(statement("https://example.org/t/1", {"x": "00" * 32}, {"big": "a" * 40_000}), KEYS[:1])
    with pytest.raises(UsageError):
        seal(b"{}", [])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    genesis = sign(STATEMENT, KEYS[:1])
    heads = HeadRecords(tmp_path / "state", DiskFiles())
    with LogWriter.create(tmp_path / "log", DiskFiles(), heads, SIGNER, genesis) as writer:
        writer.append([b"a", b"bc"])
        writer.append([b"entry %d" % i for i in range(300)])
        writer.append([b"last"])
    return tmp_path / "log"


def check(folder: Path, genesis: str | None = None):
    return verify_log(folder, DiskFiles(), SIGNER.name, SIGNER.verifier, genesis)


def test_a_good_log_passes_all_numbered_steps(log: Path) -> None:
    verdict = check(log, digest(sign(STATEMENT, KEYS[:1])))
    assert verdict.ok
    assert [step.number for step in verdict.steps] == [1, 2, 3, 4, 5, 6, 7]
    assert tuple(step.name for step in verdict.steps) == STEPS
    assert verdict.need().size == 304


def test_any_bit_flipped_or_byte_missing_in_any_file_of_a_log_is_found(log: Path) -> None:
    assert check(log).ok
    for path in sorted(path for path in log.rglob("*") if path.is_file()):
        good = path.read_bytes()
        for at in sorted({0, 1, 2, len(good) // 2, len(good) - 1, *range(0, len(good), 997)}):
            for wrong in (good[:at], good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :]):
                path.write_bytes(wrong)
                verdict = check(log)
                assert not verdict.ok, (path, at)
                assert not verdict.steps[-1].ok
                with pytest.raises(VerifyError, match="verification failed at step"):
                    verdict.need()
        path.write_bytes(good + b"\0")
        assert not check(log).ok, path
        path.write_bytes(good)
    assert check(log).ok


def test_any_file_missing_is_found_but_for_a_superseded_partial_tile(log: Path) -> None:
    for path in sorted(path for path in log.rglob("*") if path.is_file()):
        good = path.read_bytes()
        path.unlink()
        verdict = check(log)
        superseded = path.name == "47" or (path.parent.parent.name == "1" and path.name != "1")
        assert verdict.ok == superseded, path
        path.write_bytes(good)


def test_the_failed_step_says_which_file_what_was_expected_and_what_found(log: Path) -> None:
    tile = log / "tile/0/000"
    data = bytearray(tile.read_bytes())
    data[70] ^= 1
    tile.write_bytes(data)
    step = check(log).steps[-1]
    assert (step.number, step.name, step.file) == (5, "tiles", "tile/0/000")
    assert step.found.startswith("hash 2: ")
    assert step.expected != bytes(data[64:96]).hex() and len(step.expected) == 64


def test_a_log_of_another_origin_key_or_genesis_fails_at_its_step(log: Path) -> None:
    files = DiskFiles()
    assert verify_log(log, files, "example.org/other", SIGNER.verifier).steps[-1].name == "origin"
    stranger = VerifierKey(SIGNER.name, KEYS[1].public)
    assert verify_log(log, files, SIGNER.name, stranger).steps[-1].name == "signature"
    assert check(log, "00" * 32).steps[-1].name == "genesis"


def test_a_signed_head_whose_root_is_not_that_of_the_entries_fails(log: Path) -> None:
    lie = Checkpoint(SIGNER.name, 304, b"\x01" * 32)
    (log / "checkpoint").write_bytes(sign_checkpoint(lie, SIGNER))
    step = check(log).steps[-1]
    assert (step.name, step.ok, step.expected) == ("root", False, lie.root.hex())


def test_a_head_that_claims_more_than_there_is_ends_at_the_first_missing_file(log: Path) -> None:
    (log / "checkpoint").write_bytes(sign_checkpoint(Checkpoint(SIGNER.name, 2**63 - 1, b"\1" * 32), SIGNER))
    start = time.perf_counter()
    step = check(log).steps[-1]
    assert (step.name, step.ok) == ("tiles", False)
    assert time.perf_counter() - start < 2


def test_a_device_or_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull), tmp_path):
        with pytest.raises(StoreError):
            DiskFiles().read(path)


def test_strange_files_end_in_a_verdict(log: Path, tmp_path: Path) -> None:
    (log / "tile/0/note.txt").write_text("left by somebody")
    (log / "tile/0/001.p/255").write_bytes(b"of an append that never counted")
    verdict = check(log)
    assert verdict.ok and verdict.steps[-1].found.endswith("2 files outside the tree")
    (log / "tile/loop").symlink_to(log / "tile")
    assert check(log).ok
    bundle = log / "tile/entries/000"
    bundle.unlink()
    os.mkfifo(bundle)
    assert not check(log).ok
    bundle.unlink()
    bundle.mkdir()
    assert not check(log).ok
    assert not check(tmp_path / "nowhere").ok
