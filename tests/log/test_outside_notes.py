"""Notes, keys, signatures and canonical JSON made by others are judged as their makers say."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import nacl.exceptions
import nacl.signing
import pytest
import rfc8785

from veedor.errors import VerifyError
from veedor.log import ed25519
from veedor.log.canonical_json import parse_canonical
from veedor.log.checkpoint import parse_checkpoint
from veedor.log.note import parse_note, parse_vkey, verify_note


@pytest.fixture(scope="session")
def tlog(shared_data: Path) -> Path:
    return shared_data / "tlog"


@pytest.fixture(scope="session")
def go(tlog: Path) -> dict[str, object]:
    return json.loads((tlog / "note-vectors.json").read_bytes())


def test_good_verifier_keys_read_back_to_the_same_line(go: dict) -> None:
    assert len(go["vkeys_good"]) == 6
    for line in go["vkeys_good"]:
        assert parse_vkey(line).text() == line


def test_bad_verifier_keys_are_refused(go: dict) -> None:
    for line in go["vkeys_bad"]:
        with pytest.raises(VerifyError):
            parse_vkey(line)


def test_any_missing_letter_of_a_verifier_key_is_noticed(go: dict) -> None:
    line = go["vkeys_good"][0]
    for at in range(len(line)):
        with pytest.raises(VerifyError):
            parse_vkey(line[:at] + line[at + 1 :])


def test_the_go_note_verifies_with_either_key_and_both(go: dict) -> None:
    keys = [parse_vkey(line) for line in go["vkeys_good"][:2]]
    lines = [go["sigs_go"][key.name] for key in keys]
    data = "".join([go["text"], "\n", *(f"{line}\n" for line in lines)]).encode()
    note = parse_note(data)
    assert note.text.decode() == go["text"]
    assert [line.name for line in verify_note(note, keys)] == ["PeterNeumann", "EnochRoot"]
    assert [line.name for line in verify_note(note, keys[1:])] == ["EnochRoot"]
    broken = bytearray(data)
    broken[3] ^= 1
    with pytest.raises(VerifyError):
        verify_note(parse_note(bytes(broken)), keys)


def test_the_note_in_the_specification_verifies(tlog: Path) -> None:
    example = json.loads((tlog / "c2sp-examples.json").read_bytes())["note"]
    note = parse_note(example["signed"].encode())
    assert len(verify_note(note, [parse_vkey(example["vkey"])])) == 1


def test_checkpoints_are_read_as_the_go_tools_read_them(go: dict) -> None:
    head = parse_checkpoint(go["tree_note_good"].encode())
    assert (head.origin, head.size) == ("go.sum database tree", 123_456_789_012)
    assert head.text().decode() == go["tree_note_good"]
    for text in [*go["checkpoint_bad"], *go["tree_note_bad"][1:]]:
        with pytest.raises(VerifyError):
            parse_checkpoint(text.encode())
    # The Go parser knows one origin only; for ours the origin is compared when the checkpoint is opened.
    assert parse_checkpoint(go["tree_note_bad"][0].encode()).origin == "not-go.sum database tree"


def test_wycheproof_signatures_are_judged_as_expected(tlog: Path) -> None:
    groups = json.loads((tlog / "rfc8032/testvectors_v1/ed25519_test.json").read_bytes())["testGroups"]
    seen = 0
    for group in groups:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            seen += 1
            good = ed25519.verify(public, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
            assert good == (test["result"] == "valid"), test
    assert seen == 150


def test_no_screened_signature_divides_openssl_and_libsodium(tlog: Path) -> None:
    vectors = json.loads((tlog / "rfc8032/ed25519/ed25519vectors.json").read_bytes())
    accepted = 0
    for vector in vectors:
        key, signature = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        try:
            nacl.signing.VerifyKey(key).verify(vector["msg"].encode(), signature)
            sodium = True
        except (nacl.exceptions.CryptoError, ValueError):
            sodium = False
        ours = ed25519.verify(key, vector["msg"].encode(), signature)
        assert ours == sodium, vector
        accepted += ours
    assert (len(vectors), accepted) == (914, 43)


def test_canonical_json_vectors_are_accepted_as_bytes_unless_they_hold_floats(tlog: Path) -> None:
    folder = tlog / "jcs/testdata"
    names = sorted(path.name for path in (folder / "input").iterdir())
    assert len(names) == 6
    refused = []
    for name in names:
        given, expected = (folder / "input" / name).read_bytes(), (folder / "output" / name).read_bytes()
        assert rfc8785.dumps(json.loads(given)) == expected
        if given != expected:
            with pytest.raises(VerifyError):
                parse_canonical(given)
        try:
            assert parse_canonical(expected) == json.loads(given)
        except VerifyError as error:
            assert error.problem == "a number is not an integer"
            refused.append(name)
    assert refused == ["values.json"]


def test_the_cosignature_of_the_go_vectors_carries_its_time(go: dict) -> None:
    raw = base64.b64decode(go["cosig_v1_timestamp"]["sig_base64"])
    assert int.from_bytes(raw[4:12], "big") == go["cosig_v1_timestamp"]["unix"]
    assert len(raw) == 4 + 8 + 64
