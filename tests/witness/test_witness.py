"""A witness answers as the specification says, and cosigns nothing that does not continue what it cosigned before."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.witness.forked_log import HEAD_SIZES, ORIGIN, SIGNER, ForkedLog
from tests.witness.transcripts import LITEWITNESS, transcript
from tests.witness.witnesses import TIME_S, WITNESS, new_store
from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner, cosign, time_s
from veedor.log.ed25519 import SigningKey
from veedor.log.note import COSIGNATURE, NoteSigner, VerifierKey, parse_note, sign_note, verify_note
from veedor.log.tree import HASH_BYTES, LARGEST_SIZE, empty_root
from veedor.log_folder.files import DiskFiles
from veedor.witness.decision import LARGEST_REQUEST, PLAIN, SIZE, Answer, parse_request, write_request
from veedor.witness.store import WitnessStore, init_witness

LOG = ForkedLog()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WitnessStore]:
    with new_store(tmp_path) as store:
        yield store


def ask(store: WitnessStore, body: bytes, now_s: int = TIME_S) -> Answer:
    return store.answer(body, WITNESS, now_s)


def cosigned(answer: Answer, text: bytes) -> int:
    """The time of the one cosignature in an answer, verified."""
    assert (answer.status, answer.media) == (200, PLAIN), answer
    (line,) = verify_note(parse_note(text + b"\n" + answer.body), [WITNESS.verifier])
    return time_s(line)


def test_heads_that_continue_each_other_are_cosigned(store: WitnessStore) -> None:
    old = 0
    for size in HEAD_SIZES:
        answer = ask(store, LOG.request(old, size), TIME_S + size)
        assert cosigned(answer, LOG.head(size).text()) == TIME_S + size
        old = size
    assert store.evidence() == ()


def test_the_same_head_is_cosigned_again_at_the_new_time(store: WitnessStore) -> None:
    ask(store, LOG.request(0, 5))
    assert cosigned(ask(store, LOG.request(5, 5), TIME_S + 60), LOG.head(5).text()) == TIME_S + 60


def test_the_empty_log_is_cosigned_and_then_grows(store: WitnessStore) -> None:
    cosigned(ask(store, LOG.request(0, 0)), LOG.head(0).text())
    cosigned(ask(store, LOG.request(0, 3)), LOG.head(3).text())
    assert ask(store, LOG.request(0, 0)).body == b"3\n"


def test_an_empty_log_has_one_root(store: WitnessStore) -> None:
    false = sign_checkpoint(Checkpoint(ORIGIN, 0, b"\x05" * HASH_BYTES), SIGNER)
    assert ask(store, write_request(0, [], false)).status == 409
    assert empty_root() == LOG.head(0).root


def test_a_witness_whose_clock_went_back_does_not_go_back_in_time(store: WitnessStore) -> None:
    ask(store, LOG.request(0, 5), TIME_S)
    assert cosigned(ask(store, LOG.request(5, 7), TIME_S - 3600), LOG.head(7).text()) == TIME_S


def written_again(body: bytes) -> bytes:
    request = parse_request(body)
    return write_request(request.old_size, request.proof, request.note)


CONFLICT = Answer(409, SIZE, b"5\n")


@pytest.mark.parametrize("old", [0, 3, 4, 6, 7])
def test_another_old_size_is_told_the_size_that_was_cosigned(store: WitnessStore, old: int) -> None:
    ask(store, LOG.request(0, 5))
    proof = LOG.proof(old, 9) if old else []
    assert ask(store, write_request(old, proof, LOG.signed(9))) == CONFLICT
    assert ask(store, LOG.request(5, 9)).status == 200


@pytest.mark.parametrize("size", [0, 1, 4])
def test_no_older_head_is_cosigned(store: WitnessStore, size: int) -> None:
    ask(store, LOG.request(0, 5))
    assert ask(store, write_request(size, [], LOG.signed(size))) == CONFLICT
    assert ask(store, write_request(5, [], LOG.signed(size))).status == 400


def test_no_answer_names_a_size_that_the_log_did_not_sign(store: WitnessStore) -> None:
    """The bug of a log that believed a witness's size above its own: ours says only what it holds a signed head for."""
    sizes = []
    for old, size in [(0, 5), (9, 12), (5, 9), (12, 14), (0, 1), (LARGEST_SIZE, 14), (9, 9)]:
        signed = LOG.signed(size)
        before = max(sizes, default=0)
        answer = ask(store, write_request(old, LOG.proof(old, size) if 0 < old < size else [], signed))
        if answer.status == 200:
            sizes.append(size)
        elif answer.status == 409:
            assert answer.body == b"%d\n" % before
    assert sizes == [5, 9, 9]
    note = store.cosigned(LOG.log_id)
    assert note is not None and verify_note(parse_note(note), [SIGNER.verifier, WITNESS.verifier])


def test_an_unknown_log_is_404_and_a_head_without_its_signature_403(store: WitnessStore) -> None:
    other = NoteSigner("example.org/other", SigningKey(b"\x31" * 32))
    assert ask(store, write_request(0, [], sign_checkpoint(Checkpoint(other.name, 1, b"\1" * 32), other))).status == 404
    thief = NoteSigner(ORIGIN, SigningKey(b"\x31" * 32))
    assert ask(store, write_request(0, [], sign_note(LOG.head(5).text(), [thief]))).status == 403
    spoiled = LOG.signed(4).split(b"\n\n")[1]
    assert ask(store, write_request(0, [], LOG.head(5).text() + b"\n" + spoiled)).status == 403
    assert ask(store, LOG.request(0, 5)).status == 200


def test_lines_of_others_neither_help_nor_harm_nor_are_kept(store: WitnessStore) -> None:
    stranger = cosign(LOG.head(5).text(), CosignerSigner("stranger", SigningKey(b"\x41" * 32)), 7)
    under_our_name = cosign(LOG.head(5).text(), CosignerSigner(WITNESS.name, SigningKey(b"\x42" * 32)), 7)
    forged = parse_note(LOG.head(5).text() + b"\n" + cosign(LOG.head(4).text(), WITNESS, 7)).signatures[0].text()
    answer = ask(store, LOG.request(0, 5) + stranger + under_our_name + forged, TIME_S)
    assert cosigned(answer, LOG.head(5).text()) == TIME_S
    assert store.cosigned(LOG.log_id) == LOG.signed(5) + answer.body
    (log,) = store.logs()
    assert log.latest is not None and log.latest.note == LOG.signed(5)


def test_a_wrong_proof_is_422_and_changes_nothing(store: WitnessStore) -> None:
    ask(store, LOG.request(0, 5))
    good = LOG.proof(5, 9)
    wrong = [[], good[:-1], [*good, good[0]], [good[0][::-1], *good[1:]], LOG.proof(3, 9), good[::-1]]
    for proof in wrong:
        assert ask(store, write_request(5, proof, LOG.signed(9))).status == 422, proof
    assert ask(store, LOG.request(5, 9)).status == 200


def test_a_proof_where_none_belongs_is_422(store: WitnessStore) -> None:
    assert ask(store, write_request(0, LOG.proof(3, 5), LOG.signed(5))).status == 422
    ask(store, LOG.request(0, 5))
    assert ask(store, write_request(5, LOG.proof(3, 5), LOG.signed(5))).status == 422


GOOD = LOG.request(5, 9)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("empty", b""),
        ("no old size", GOOD.partition(b"\n")[2]),
        ("leading zero", GOOD.replace(b"old 5", b"old 05")),
        ("plus sign", GOOD.replace(b"old 5", b"old +5")),
        ("two blanks", GOOD.replace(b"old 5", b"old  5")),
        ("blank after", GOOD.replace(b"old 5", b"old 5 ")),
        ("carriage return", GOOD.replace(b"\n", b"\r\n")),
        ("negative", GOOD.replace(b"old 5", b"old -5")),
        ("Arabic digit", GOOD.replace(b"old 5", "old ٥".encode())),
        ("beyond 63 bits", GOOD.replace(b"old 5", b"old 9223372036854775808")),
        ("5,000 digits", GOOD.replace(b"old 5", b"old " + b"9" * 5000)),
        ("64 proof lines", write_request(5, [b"\1" * 32] * 64, LOG.signed(9))),
        ("short hash", write_request(5, [b"\1" * 31], LOG.signed(9))),
        ("base64 without padding", GOOD.replace(b"=\n", b"\n", 1)),
        ("no empty line", GOOD.replace(b"\n\n", b"\n")),
        ("no checkpoint", GOOD.partition(b"\n\n")[0] + b"\n\n"),
        ("size with a zero before", GOOD.replace(b"\n9\n", b"\n09\n")),
        ("no signatures", GOOD.rpartition(b"\n\n")[0] + b"\n"),
        ("too long", GOOD + b"x" * LARGEST_REQUEST),
    ],
)
def test_a_request_of_another_form_is_400(store: WitnessStore, what: str, body: bytes) -> None:
    ask(store, LOG.request(0, 5))
    assert ask(store, body).status == 400, what
    assert ask(store, GOOD).status == 200


def test_sizes_are_read_up_to_63_bits() -> None:
    assert parse_request(GOOD.replace(b"old 5", b"old %d" % LARGEST_SIZE)).old_size == LARGEST_SIZE
    with pytest.raises(VerifyError, match="begins with another line"):
        parse_request(GOOD.replace(b"old 5", b"old %d" % (LARGEST_SIZE + 1)))


def test_63_proof_lines_are_read() -> None:
    assert len(parse_request(write_request(5, [b"\1" * 32] * 63, LOG.signed(9))).proof) == 63


def test_a_non_canonical_hash_is_refused(store: WitnessStore) -> None:
    ask(store, LOG.request(0, 5))
    line = GOOD.split(b"\n")[1]
    other_spelling = line[:-2] + bytes([line[-2] + 1]) + b"="
    assert ask(store, GOOD.replace(line, other_spelling)).status == 400


def test_a_request_reads_back_to_its_bytes() -> None:
    assert written_again(GOOD) == GOOD


@settings(max_examples=300)
@given(
    st.binary(max_size=400)
    | st.builds(lambda at, new: GOOD[:at] + new + GOOD[at:], st.integers(0, len(GOOD)), st.binary(max_size=3))
)
def test_any_bytes_are_a_request_or_the_house_s_error(body: bytes) -> None:
    with contextlib.suppress(VerifyError):
        assert written_again(body) == body


def test_every_cut_or_flipped_request_is_refused(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        ask(store, LOG.request(0, 5))
        for bit in range(8 * len(GOOD)):
            changed = bytearray(GOOD)
            changed[bit // 8] ^= 1 << bit % 8
            assert ask(store, bytes(changed)).status != 200, (bit, bytes(changed))
        for end in range(len(GOOD)):
            assert ask(store, GOOD[:end]).status != 200
        assert ask(store, GOOD).status == 200


def test_after_a_handover_the_new_key_continues_and_the_old_one_can_be_dropped(store: WitnessStore) -> None:
    new = NoteSigner(ORIGIN, SigningKey(b"\x21" * 32))
    ask(store, LOG.request(0, 5))
    by_new = write_request(5, LOG.proof(5, 7), sign_checkpoint(LOG.head(7), new))
    assert ask(store, by_new).status == 403
    store.watch(ORIGIN, [SIGNER.verifier, new.verifier])
    assert ask(store, by_new).status == 200
    store.watch(ORIGIN, [new.verifier])
    assert ask(store, LOG.request(7, 9)).status == 403
    both = sign_note(LOG.head(9).text(), [SIGNER, new])
    assert ask(store, write_request(7, LOG.proof(7, 9), both)).status == 200


def test_only_keys_of_logs_are_watched(store: WitnessStore) -> None:
    for keys in ([], [VerifierKey(ORIGIN, WITNESS.key.public, COSIGNATURE)]):
        with pytest.raises(UsageError):
            store.watch(ORIGIN, keys)


def test_a_head_of_another_is_compared_and_not_cosigned(store: WitnessStore) -> None:
    ask(store, LOG.request(0, 5))
    ask(store, LOG.request(5, 9))
    before = store.cosigned(LOG.log_id)
    assert [store.compare(LOG.signed(size)) for size in (5, 9, 7, 13)] == [True, True, None, None]
    assert store.compare(ForkedLog(fork=3).signed(5)) is False
    assert len(store.evidence()) == 1
    assert store.cosigned(LOG.log_id) == before
    thief = NoteSigner(ORIGIN, SigningKey(b"\x31" * 32))
    for unsigned in (sign_note(LOG.head(5).text(), [thief]), sign_checkpoint(Checkpoint("o", 5, b"\1" * 32), thief)):
        with pytest.raises(VerifyError, match="not signed"):
            store.compare(unsigned)


def test_a_witness_starts_only_with_its_own_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        WitnessStore(DiskFiles(), tmp_path)
    assert list(tmp_path.iterdir()) == []
    init_witness(DiskFiles(), tmp_path, WITNESS.verifier)
    assert [path.name for path in tmp_path.iterdir()] == ["witness.sqlite"]
    with pytest.raises(StoreError, match="exists already"):
        init_witness(DiskFiles(), tmp_path, WITNESS.verifier)
    other = CosignerSigner(WITNESS.name, SigningKey(b"\x51" * 32))
    with WitnessStore(DiskFiles(), tmp_path) as store, pytest.raises(StoreError, match="another witness"):
        store.answer(LOG.request(0, 1), other, TIME_S)
    for damaged in (b"", b"not a database" * 1000):
        (tmp_path / "witness.sqlite").write_bytes(damaged)
        with pytest.raises(StoreError, match="cannot be used"):
            WitnessStore(DiskFiles(), tmp_path)


def test_the_tables_of_the_memory_change_only_with_the_number_of_its_format(tmp_path: Path) -> None:
    init_witness(DiskFiles(), tmp_path, WITNESS.verifier)
    with contextlib.closing(sqlite3.connect(tmp_path / "witness.sqlite")) as database:
        tables = [
            sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        ]
        number = database.execute("PRAGMA user_version").fetchone()[0]
    golden = Path(__file__).resolve().parents[1] / f"golden/witness-{number}.sql"
    assert "".join(f"{sql};\n" for sql in tables) == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "count"), [("litewitness", 9), ("sumdb", 1)])
def test_the_transcripts_of_torchwood_s_witness_end_as_told(
    shared_data: Path, tmp_path: Path, name: str, count: int
) -> None:
    told, origin, key = transcript(shared_data, name)
    assert len(told) == count
    init_witness(DiskFiles(), tmp_path, LITEWITNESS.verifier)
    with WitnessStore(DiskFiles(), tmp_path) as store:
        store.watch(origin, [key])
        for step in told:
            answer = store.answer(step.body, LITEWITNESS, TIME_S)
            assert (answer.status, step.agrees(answer.body)) == (step.status, True), step


def test_of_requests_at_once_one_wins_and_none_rolls_back(tmp_path: Path) -> None:
    with new_store(tmp_path) as one, WitnessStore(DiskFiles(), tmp_path) as two:
        old = 0
        for turn in range(40):
            sizes = range(old + 1, old + 7)
            with ThreadPoolExecutor(len(sizes)) as pool:
                asked = [
                    pool.submit(ask, store, LOG.request(old, size))
                    for store, size in zip([one, two] * 3, sizes, strict=True)
                ]
            answers = [future.result() for future in asked]
            won = [size for size, answer in zip(sizes, answers, strict=True) if answer.status == 200]
            assert len(won) == 1, (turn, answers)
            assert [answer.body for answer in answers if answer.status == 409] == [b"%d\n" % won[0]] * 5
            old = won[0]
