"""A trust policy says exactly which heads hold; what its specification does not allow is refused by line number."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.errors import VerifyError
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner, VerifierKey
from veedor.mission.state.policy import LARGEST_POLICY, MOST_DEFINED, parse_policy

KEYS = [SigningKey(bytes([number]) * 32) for number in range(1, 140)]
LOG = NoteSigner("example.org/log", KEYS[0])
WITNESSES = {
    name: CosignerSigner(f"{name}.example/w", KEYS[at]) for at, name in enumerate(["X1", "X2", "X3", "Y1", "Y2"], 1)
}
HEAD = Checkpoint(LOG.name, 7, b"\x05" * 32)
VKEYS = {name: signer.verifier.text() for name, signer in WITNESSES.items()}
NAMED = "".join(f"witness {name} {vkey}\n" for name, vkey in VKEYS.items())
GROUPS = "group X 2 X1 X2 X3\ngroup Y any Y1 Y2\ngroup both all X Y\nquorum both\n"
TWO_LEVELS = f"log {LOG.verifier.text()}\n{NAMED}{GROUPS}".encode()


def signed_by(*names: str, signer: NoteSigner = LOG, head: Checkpoint = HEAD) -> bytes:
    lines = [cosign(head.text(), WITNESSES[name], 1_700_000_000) for name in names]
    return sign_checkpoint(head, signer) + b"".join(lines)


def test_the_two_levels_of_the_specification_need_two_x_and_one_y() -> None:
    policy = parse_policy(TWO_LEVELS)
    for count in range(6):
        for names in itertools.combinations(WITNESSES, count):
            expected = sum(name.startswith("X") for name in names) >= 2 and any(name.startswith("Y") for name in names)
            assert policy.satisfied_by(names) == expected, names
    assert not policy.satisfied_by({"X", "Y", "both", "somebody"})  # only witnesses cosign


def test_a_head_with_a_quorum_opens_and_one_without_says_who_is_missing() -> None:
    policy = parse_policy(TWO_LEVELS)
    opened = policy.open(signed_by("X3", "Y1", "X1"))
    assert opened.checkpoint == HEAD
    assert policy.names(opened.verified) == {"X1", "X3", "Y1"}
    with pytest.raises(VerifyError, match=r"lacks cosignatures.*quorum both.*X1, X3"):
        policy.open(signed_by("X1", "X3"))
    with pytest.raises(VerifyError, match="no known witness"):
        policy.open(signed_by())


def test_a_witness_that_cosigned_twice_counts_once() -> None:
    policy = parse_policy(TWO_LEVELS)
    with pytest.raises(VerifyError, match="lacks cosignatures"):
        policy.open(signed_by("X1", "X1", "Y1"))


def test_the_logs_own_signature_is_no_cosignature() -> None:
    # The signer and the log on one host prove nothing about what others saw.
    same_key = CosignerSigner("X1.example/w", LOG.key)
    policy = parse_policy(f"log {LOG.verifier.text()}\nwitness X1 {same_key.verifier.text()}\nquorum X1\n".encode())
    with pytest.raises(VerifyError, match="lacks cosignatures"):
        policy.open(sign_checkpoint(HEAD, LOG))


def test_one_bad_line_of_a_known_witness_rejects_the_head_and_an_unknown_one_is_ignored() -> None:
    policy = parse_policy(TWO_LEVELS)
    other = Checkpoint(LOG.name, 8, HEAD.root)
    bad = cosign(other.text(), WITNESSES["Y2"], 1_700_000_000)
    with pytest.raises(VerifyError, match="known key's signature is wrong"):
        policy.open(signed_by("X1", "X2", "Y1") + bad)
    stranger = CosignerSigner("stranger.example", KEYS[9])
    assert policy.open(signed_by("X1", "X2", "Y1") + cosign(other.text(), stranger, 1)).checkpoint == HEAD


def test_a_head_needs_one_of_the_logs_under_its_own_origin() -> None:
    second = NoteSigner("example.org/second", KEYS[8])
    policy = parse_policy(f"log {LOG.verifier.text()}\nlog {second.verifier.text()}\nquorum none\n".encode())
    assert policy.quorum is None
    assert policy.open(signed_by()).checkpoint == HEAD
    of_second = Checkpoint(second.name, 1, HEAD.root)
    assert policy.open(sign_checkpoint(of_second, second)).checkpoint == of_second
    with pytest.raises(VerifyError, match="not signed by the log"):
        policy.open(sign_checkpoint(HEAD, second))
    with pytest.raises(VerifyError, match="no log of this origin"):
        policy.open(sign_checkpoint(Checkpoint("example.org/third", 1, HEAD.root), LOG))


def test_a_policy_without_logs_is_read_and_opens_nothing() -> None:
    policy = parse_policy(b"quorum none\n")
    assert (policy.logs, policy.witnesses, policy.quorum) == ((), (), None)
    with pytest.raises(VerifyError, match="no log"):
        policy.open(signed_by())


def test_space_tabs_comments_urls_and_any_high_bytes_are_read() -> None:
    text = f"""
        # corridor\xff
\t log  {LOG.verifier.text()}   https://log.example/ \t
witness Ñandú {VKEYS["X1"]}\thttps://witness.example/
witness \xff {VKEYS["X2"]}
\t
group g any Ñandú \xff
quorum \t g
""".encode("latin-1")
    policy = parse_policy(text)
    assert policy.logs[0].url == "https://log.example/"
    assert [witness.url for witness in policy.witnesses] == ["https://witness.example/", None]
    assert parse_policy(policy.text()) == policy
    assert b"witness \xff " in policy.text()
    kelvin = f"witness K {VKEYS['X1']}\nwitness \u212a {VKEYS['X2']}\nquorum K\n".encode()
    assert not parse_policy(kelvin).satisfied_by({"\u212a"})


def lines(*more: str) -> str:
    return f"witness X1 {VKEYS['X1']}\nwitness X2 {VKEYS['X2']}\n" + "".join(f"{line}\n" for line in more)


WRONG = {
    "a second quorum": (4, lines("quorum X1", "quorum X1")),
    "a second quorum none": (4, lines("quorum none", "quorum none")),
    "a quorum of nobody": (3, lines("quorum X3")),
    "a quorum before its name": (1, "quorum X1\n" + lines()),
    "a quorum of two": (3, lines("quorum X1 X2")),
    "a quorum without a name": (3, lines("quorum")),
    "a member before its name": (3, lines("group g any X3", f"witness X3 {VKEYS['X3']}", "quorum g")),
    "a group in itself": (3, lines("group g any g", "quorum g")),
    "none as a member": (3, lines("group g any none", "quorum g")),
    "none as a group": (3, lines("group none any X1", "quorum none")),
    "none as a witness": (3, lines(f"witness none {VKEYS['X3']}", "quorum none")),
    "a member twice": (3, lines("group g any X1 X1", "quorum g")),
    "a member of two groups": (4, lines("group g any X1", "group h any X1", "quorum g")),
    "a group without members": (3, lines("group g any", "quorum g")),
    "threshold 0": (3, lines("group g 0 X1 X2", "quorum g")),
    "threshold above the members": (3, lines("group g 3 X1 X2", "quorum g")),
    "threshold with a zero in front": (3, lines("group g 01 X1 X2", "quorum g")),
    "threshold with a sign": (3, lines("group g +1 X1 X2", "quorum g")),
    "threshold in other digits": (3, lines("group g \u0661 X1 X2", "quorum g")),
    "threshold of a thousand digits": (3, lines(f"group g {'1' * 1000} X1 X2", "quorum g")),
    "a name twice": (3, lines(f"witness X1 {VKEYS['X3']}", "quorum none")),
    "a group named as a witness": (3, lines("group X1 any X2", "quorum none")),
    "a key under two names": (3, lines(f"witness X9 {VKEYS['X1']}", "quorum none")),
    "a key under two key names": (
        3, lines(f"witness X9 {CosignerSigner('other.example', WITNESSES['X1'].key).verifier.text()}", "quorum none")
    ),
    "a log twice": (4, lines(f"log {LOG.verifier.text()}", f"log {LOG.verifier.text()} https://x", "quorum none")),
    "a log's key as a witness": (3, lines(f"witness X9 {LOG.verifier.text()}", "quorum none")),
    "a witness's key as a log": (3, lines(f"log {VKEYS['X3']}", "quorum none")),
    "a log with two URLs": (3, lines(f"log {LOG.verifier.text()} https://x.example https://y.example", "quorum none")),
    "a witness without a key": (3, lines("witness X9", "quorum none")),
    "a fourth item": (3, lines(f"witness X9 {VKEYS['X3']} https://x.example more", "quorum none")),
    "a key that is none": (3, lines("log example.org/log+00000000+AAAA", "quorum none")),
    "a key name that is not UTF-8": (3, lines(f"log \udcff{LOG.verifier.text()}", "quorum none")),
    "an unknown line": (3, lines("signer X1", "quorum none")),
    "upper case": (3, lines("Quorum none")),
    "a comment after a line": (3, lines("quorum none # nobody")),
    "a carriage return": (3, lines("quorum none\r")),
    "a zero byte": (3, lines("# \0", "quorum none")),
    "a form feed between items": (3, lines("quorum\fnone")),
    "a delete character": (3, lines("# \x7f", "quorum none")),
    "a last line that does not end": (3, lines() + "quorum none"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_the_specification_does_not_allow_is_refused_at_its_line(name: str) -> None:
    line, text = WRONG[name]
    with pytest.raises(VerifyError) as caught:
        parse_policy(text.encode("utf-8", "surrogateescape"), "trust.policy")
    assert (caught.value.file, caught.value.place) == ("trust.policy", f"line {line}")
    str(caught.value).encode()  # can be shown on any screen


def test_none_is_told_apart_from_a_member_that_stands_twice() -> None:
    for name, problem in (("none as a member", "not defined above"), ("a member of two groups", "member twice")):
        with pytest.raises(VerifyError, match=problem):
            parse_policy(WRONG[name][1].encode())


def test_a_policy_without_a_quorum_line_is_refused() -> None:
    for text in (b"", b"\n", b"# quorum none\n", lines().encode()):
        with pytest.raises(VerifyError, match="no quorum line"):
            parse_policy(text)


def many(logs: int, witnesses: int, groups: int) -> bytes:
    made = [f"log {VerifierKey('l', key.public).text()}" for key in KEYS[:logs]]
    made += [f"witness w{at} {CosignerSigner('w', key).verifier.text()}" for at, key in enumerate(KEYS[:witnesses])]
    made += [f"group g{at} any {f'w{at}' if at < witnesses else f'g{at - 1}'}" for at in range(groups)]
    return "".join(f"{line}\n" for line in [*made, f"quorum g{groups - 1}"]).encode()


def test_sixty_four_of_each_are_read_and_no_more() -> None:
    most = MOST_DEFINED
    assert parse_policy(many(most, most, most)).satisfied_by({f"w{most - 1}"})
    for counts in ((most + 1, most, most), (most, most + 1, most), (most, most, most + 1)):
        with pytest.raises(VerifyError, match="too long"):
            parse_policy(many(*counts))
    with pytest.raises(VerifyError, match="too long"):
        parse_policy(b"#" * LARGEST_POLICY + b"\nquorum none\n")


names = st.sampled_from(["a", "b", "none", "g", "h", "#", "all", "1"])
items = st.one_of(names, st.sampled_from([*VKEYS.values(), LOG.verifier.text(), "2", "any", "\t"]))
statements = st.lists(items, max_size=5).flatmap(
    lambda rest: st.sampled_from(["log", "witness", "group", "quorum", "", "#"]).map(
        lambda first: " ".join([first, *rest])
    )
)


@given(st.lists(statements, max_size=8))
def test_whatever_is_read_means_the_same_when_written_and_read_again(made: list[str]) -> None:
    try:
        policy = parse_policy("".join(f"{line}\n" for line in made).encode())
    except VerifyError:
        return
    assert parse_policy(policy.text()) == policy
    everybody = {witness.name for witness in policy.witnesses}
    # More cosignatures never make a head worse.
    assert policy.satisfied_by(everybody) or policy.quorum is not None
    if policy.satisfied_by(()):
        assert policy.satisfied_by(everybody)
