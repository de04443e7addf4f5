"""A sealed payload opens for its recipients, shows nobody else who they are, and no changed byte of it passes."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mission import hpke
from tests.mission.make_sealed_vector import SEALED, VECTOR, make
from tests.mission.stage import Counted
from veedor.errors import UsageError, VerifyError
from veedor.mission.statements.sealed import (
    LARGEST_SEALED,
    LEAST_PADDED,
    MAGIC,
    SLOT_BYTES,
    Bound,
    OpenedPayload,
    Recipient,
    commitment_to,
    open_payload,
    padded_length,
    parse_payload,
    seal_payload,
)

INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
PLAIN = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
# RFC 9180, A.1.1 and A.2.1: first message of base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256.
RFC_9180 = [
    (
        hpke.AES_128_GCM,
        AEAD.AES_128_GCM,
        "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
        "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
        "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
        "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
    ),
    (
        hpke.CHACHA20_POLY1305,
        AEAD.CHACHA20_POLY1305,
        "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
        "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
    ),
]
KEYS = {
    name: X25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()) for name in ("ve", "co", "qa")
}
SALT = bytes(range(32))


def mailbox(name: str) -> bytes:
    return KEYS[name].public_key().public_bytes_raw()


def bound_to(content: bytes, author: str = "ve") -> Bound:
    return Bound("a" * 64, "b" * 64, commitment_to(SALT, content), author)


def sealed(content: bytes = b"content", to: Sequence[str] = ("co",), author: str = "ve") -> bytes:
    recipients = [Recipient(name, mailbox(name)) for name in to]
    return seal_payload(bound_to(content, author), OpenedPayload(SALT, content), recipients, Counted())


def opened(data: bytes, name: str = "co") -> bytes | None:
    found = open_payload(parse_payload(data, "x"), name, [KEYS[name]], "x")
    return None if found is None else found.content


@pytest.mark.parametrize(("aead", "library", "sk_r", "sk_e", "pk_r", "enc", "cipher"), RFC_9180)
def test_the_library_and_the_second_opinion_are_hpke_as_the_rfc_has_it(
    aead: int, library: AEAD, sk_r: str, sk_e: str, pk_r: str, enc: str, cipher: str
) -> None:
    whole = bytes.fromhex(enc + cipher)
    assert hpke.seal(aead, bytes.fromhex(sk_e), bytes.fromhex(pk_r), INFO, b"Count-0", PLAIN) == whole
    assert hpke.unseal(aead, bytes.fromhex(sk_r), INFO, b"Count-0", whole) == PLAIN
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(sk_r))
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, library)
    assert rust_openssl.hpke._decrypt_with_aad(suite, whole, private, INFO, b"Count-0") == PLAIN


def test_the_suite_of_payloads_gives_the_library_and_the_second_opinion_the_same() -> None:
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    private = KEYS["co"].private_bytes_raw()
    assert hpke.unseal(hpke.AES_256_GCM, private, INFO, b"", suite.encrypt(PLAIN, KEYS["co"].public_key(), INFO))
    ours = hpke.seal(hpke.AES_256_GCM, bytes(range(32)), mailbox("co"), INFO, b"", PLAIN)
    assert suite.decrypt(ours, KEYS["co"], INFO) == PLAIN


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=10_000), st.lists(st.sampled_from(sorted(KEYS)), min_size=1, max_size=3, unique=True))
def test_whoever_it_is_sealed_to_reads_the_same_and_nobody_else_anything(content: bytes, to: list[str]) -> None:
    data = sealed(content, to)
    for name in KEYS:
        assert opened(data, name) == (content if name in to else None)


def test_how_many_recipients_there_are_and_who_cannot_be_told_from_outside() -> None:
    one, three = sealed(to=["co"]), sealed(to=["co", "qa", "ve"])
    assert len(one) == len(three)
    slots = parse_payload(one, "x").slots
    assert len(slots) == 24 and list(slots) == sorted(slots)
    # Each starts with a point of the curve, as a real recipient's does: a random string would be one half of the time.
    p = 2**255 - 19
    for slot in slots:
        u = int.from_bytes(slot[:32], "little")
        assert u < p and pow(u**3 + 486662 * u**2 + u, (p - 1) // 2, p) in (0, 1)
    for name in KEYS:
        assert mailbox(name) not in three


def test_more_recipients_than_slots_get_more_slots() -> None:
    many = [Recipient("co", X25519PrivateKey.generate().public_key().public_bytes_raw()) for _ in range(25)]
    data = seal_payload(bound_to(b"x"), OpenedPayload(SALT, b"x"), many, Counted())
    assert len(parse_payload(data, "x").slots) == 48
    for wrong in ([], many * 10):
        with pytest.raises(UsageError, match="recipients"):
            seal_payload(bound_to(b"x"), OpenedPayload(SALT, b"x"), wrong, Counted())


def test_a_member_whose_mailbox_changed_opens_with_all_the_keys_it_ever_had() -> None:
    data = sealed(to=["co"])
    fresh = X25519PrivateKey.generate()
    assert open_payload(parse_payload(data, "x"), "co", [fresh], "x") is None
    found = open_payload(parse_payload(data, "x"), "co", [fresh, KEYS["co"]], "x")
    assert found is not None and found.content == b"content"


def test_a_slot_is_for_a_named_member_with_its_key() -> None:
    """Whoever publishes another's mailbox key as its own gains nothing and takes nothing away."""
    assert open_payload(parse_payload(sealed(to=["co"]), "x"), "qa", [KEYS["co"]], "x") is None


@pytest.mark.parametrize("mailbox_key", [bytes(32), bytes(31), (1).to_bytes(32, "little")])
def test_nothing_is_sealed_to_a_key_that_everybody_could_open(mailbox_key: bytes) -> None:
    with pytest.raises(UsageError, match="mailbox key") as caught:
        seal_payload(bound_to(b"x"), OpenedPayload(SALT, b"x"), [Recipient("co", mailbox_key)], Counted())
    assert caught.value.place == "co" and caught.value.next_step


def refused(data: bytes) -> bool:
    """Whether a recipient gets nothing out of it, and gets it told without any other error."""
    try:
        return opened(data) is None
    except VerifyError:
        return True


def test_no_bit_can_be_flipped() -> None:
    """Every byte of the header, one in 13 of the content; a flipped slot of the recipient hides the payload from it."""
    data = sealed()
    header = len(parse_payload(data, "x").header)
    for at in [*range(header), *range(header, len(data), 13), *range(len(data) - 17, len(data))]:
        changed = data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]
        assert refused(changed), f"byte {at}"


def test_no_truncation_and_no_addition_passes() -> None:
    data = sealed()
    for end in [*range(0, 2200), *range(2200, len(data), 101), len(data) - 1]:
        with pytest.raises(VerifyError):
            opened(data[:end])
    for more in (b"\0", bytes(4096), data):
        with pytest.raises(VerifyError):
            opened(data + more)
    for unpadded in (data[:-1], data[:-4096], data + b"\0", data[: len(parse_payload(data, "x").header)]):
        with pytest.raises(VerifyError, match="padded length"):
            parse_payload(unpadded, "x")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3000) | st.binary(max_size=3000).map(lambda rest: MAGIC + rest))
def test_any_bytes_are_refused_clearly(data: bytes) -> None:
    with pytest.raises(VerifyError):
        parse_payload(data, "x")


@pytest.mark.parametrize("slots", [0, 1, 23, 25, 241, 255])
def test_a_number_of_slots_that_nobody_writes_is_refused(slots: int) -> None:
    data = bytearray(sealed())
    data[len(MAGIC) + 96 + 1 + 2] = slots
    with pytest.raises(VerifyError, match="slots"):
        parse_payload(bytes(data), "x")


def test_slots_out_of_order_or_twice_are_refused() -> None:
    data = sealed()
    first = len(MAGIC) + 96 + 1 + 2 + 1
    one, two = data[first : first + SLOT_BYTES], data[first + SLOT_BYTES : first + 2 * SLOT_BYTES]
    for pair in (two + one, one + one):
        with pytest.raises(VerifyError, match="order"):
            parse_payload(data[:first] + pair + data[first + 2 * SLOT_BYTES :], "x")


def test_a_file_without_end_is_refused_before_it_is_opened() -> None:
    with pytest.raises(VerifyError, match="too long"):
        parse_payload(sealed() + bytes(LARGEST_SEALED), "x")


def resealed(change: Callable[[bytes], bytes], commitment: str | None = None) -> bytes:
    """A file whose author holds the content key and lies: the content changed, then encrypted again."""
    entropy = Counted()
    key = Counted()(32)
    data = seal_payload(
        bound_to(b"content"), OpenedPayload(SALT, b"content"), [Recipient("co", mailbox("co"))], entropy
    )
    parts = parse_payload(data, "x")
    header = parts.header
    plain = AESGCM(key).decrypt(bytes(12), parts.sealed, header)
    return header + AESGCM(key).encrypt(bytes(12), change(plain), header)


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.replace(b"content", b"another"),
        lambda plain: bytes([plain[0] ^ 1]) + plain[1:],
        lambda plain: plain[:-1] + b"\1",
        lambda plain: plain[:32] + (8).to_bytes(8, "big") + plain[40:],
        lambda plain: plain[:32] + (2**63).to_bytes(8, "big") + plain[40:],
        lambda plain: plain + bytes(padded_length(4097) - 4096),
    ],
)
def test_an_author_who_seals_something_else_than_the_header_commits_to_is_found_out(
    change: Callable[[bytes], bytes],
) -> None:
    assert opened(resealed(lambda plain: plain)) == b"content"
    with pytest.raises(VerifyError):
        opened(resealed(change))


def test_lengths_are_hidden_in_steps() -> None:
    """Padmé: never shorter, at most 12 per cent longer, and of the lengths below 1 GiB only a few hundred remain."""
    assert {len(sealed(bytes(size))) for size in (0, 1, 100, 4056)} == {len(sealed())}
    seen = set()
    for length in [*range(1, 20_000, 37), *(2**n + d for n in range(12, 30) for d in (-1, 0, 1, 12345))]:
        padded = padded_length(length)
        seen.add(padded)
        assert length <= padded and padded_length(padded) == padded
        assert padded <= max(LEAST_PADDED, length * 1.12)
        if length > LEAST_PADDED:
            low = 2 ** (int(math.log2(length)) - int(math.log2(int(math.log2(length)))) - 1)
            assert padded % low == 0
    assert len(seen) < 100


def test_no_part_of_the_content_stands_in_the_clear() -> None:
    content = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(200))
    data = sealed(content)
    for at in range(0, len(content), 16):
        assert content[at : at + 16] not in data
    assert SALT not in data


def test_the_golden_file_opens_for_ever_and_is_what_the_second_opinion_makes_of_its_parts() -> None:
    data, told = SEALED.read_bytes(), json.loads(VECTOR.read_text(encoding="utf-8"))
    assert make() == (data, told)
    assert hashlib.sha256(data).hexdigest() + ".sealed" == told["file"]
    parts = parse_payload(data, "x")
    assert parts.bound == Bound(told["genesis"], told["statement"], told["commitment"], told["author"])
    for each in told["recipients"]:
        private = X25519PrivateKey.from_private_bytes(bytes.fromhex(each["private"]))
        found = open_payload(parts, each["party"], [private], "x")
        assert found == OpenedPayload(bytes.fromhex(told["salt"]), bytes.fromhex(told["content"]))
        assert open_payload(parts, "ve", [private], "x") is None
    assert open_payload(parts, "co", [KEYS["co"]], "x") is None


def test_the_page_tells_the_vector() -> None:
    page = (Path(__file__).parents[2] / "docs/formats/payloads.md").read_text(encoding="utf-8")
    told = json.loads(VECTOR.read_text(encoding="utf-8"))
    for name in ("file", "commitment", "content_key", "salt"):
        assert told[name] in page, name
    for each in told["recipients"]:
        assert each["private"] in page
