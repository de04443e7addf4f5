"""Short logs that keep and break each rule of the fold, by kind of statement, and what becomes of each entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tests.mission.stage import HOUR_US, NOON_US, a_deposit, a_run, some_findings
from tests.page.bodies import SOUND
from tests.page.saying import START_S, Said
from veedor.log.ed25519 import SigningKey
from veedor.mission.copy.keys import new_keys, new_member
from veedor.mission.statements.salts import Private


def private() -> Private:
    return Private(Said().entropy, share=False)


def joining(said: Said, party: str = "br", **spoilt: dict[str, str]) -> None:
    """`spoilt` replaces single keys or proofs of the new member."""
    keys = dict(new_keys(party, said.entropy))
    member = msgspec.to_builtins(new_member(said.genesis.origin, party, "observer", keys))
    for name, changes in spoilt.items():
        member[name] |= changes
    said.say("ve", "join", {"member": member}, [*members(said, "ve", "co"), keys["statement"].signing])


Chapter = Callable[[Said], Any]
NOT_SEALED = {"ve": 0, "co": 0}
SEALED = {"co": 5, "qa": 60, "ve": 0}
DEPOSIT = a_deposit(private())
RUN = a_run(private())
H32 = "ab" * 32


def members(said: Said, *parties: str) -> list[SigningKey]:
    return [said.key(party) for party in parties]


def agreed(said: Said, kind: str, body: Any) -> str:
    return said.say("ve", kind, body, members(said, "ve", "co"))


def a_policy(**changes: Any) -> dict[str, Any]:
    return {"agreement": {"rule": "all", "count": 0, "outsiders": 0}, "clock": CLOCK, "recovery": 2} | changes


CLOCK = {"rule": "count", "count": 3, "outsiders": 1}


def rotated(
    said: Said, party: str, role: Any = "statement", old: SigningKey | None = None, **changes: Any
) -> SigningKey:
    key, body = said.fresh(party, role)
    old = old or said.key(party, role)
    said.say(party, "rotate", body | {"old": old.public.hex()} | changes, [said.key(party), old, key])
    return key


def well_rotated(said: Said, party: str, role: Any = "statement") -> None:
    said.replace(party, role, rotated(said, party, role))


def recovered(
    said: Said, by: Sequence[str], party: str = "co", recovery: bool = False, role: Any = "statement"
) -> SigningKey:
    key, body = said.fresh(party, role)
    lost = said.key(party, "recovery")
    body |= {"party": party, "recovery": lost.public.hex() if recovery else ""}
    said.say(by[0], "recover", body, [*members(said, *by), key, *([lost] if recovery else [])])
    return key


def delegated(said: Said, party: str = "no", scope: Sequence[str] = ("look",), end_us: int = 2 * NOON_US) -> SigningKey:
    key = SigningKey(said.entropy(32))
    body = {"key": key.public.hex(), "device": "browser", "scope": list(scope), "end_us": end_us}
    said.say(party, "delegate", body, [said.key(party), key])
    return key


def revoked(said: Said, party: str, key: SigningKey, from_entry: int = 1) -> str:
    return said.say(party, "revoke", {"key": key.public.hex(), "from_entry": from_entry})


def receipt(said: Said, by: str, party: str, seq: int = 1) -> str:
    return said.say(by, "receipt", {"party": party, "seq": seq, "statement": H32, "received_us": NOON_US})


def run_and_findings(said: Said) -> None:
    run = said.say("no", "run", RUN)
    second = said.say("no", "run", RUN)
    kinds = some_findings(private(), run).kinds
    said.say("no", "findings", some_findings(private(), run))
    said.say("no", "findings", some_findings(private(), run))
    said.say("no", "findings", some_findings(private(), second, total=4))
    said.say("no", "findings", some_findings(private(), second, kinds=kinds[::-1]))
    said.say("no", "findings", some_findings(private(), second, simulated=False))
    said.say("ve", "findings", some_findings(private(), second))


def delegation(said: Said) -> None:
    key = delegated(said)
    look = SOUND["look/1"]
    said.say("no", "look", look, [key])
    said.say("no", "attest", SOUND["attest/1"], [key], lands=False)
    said.say("no", "look", look, [key, said.key("no")])
    said.say("co", "look", look, [key], lands=False)
    said.say("no", "receipt", SOUND["receipt/1"], [said.key("no"), key])
    said.seal(SEALED)
    short = delegated(said, end_us=(START_S + 100) * 1_000_000)
    said.say("no", "look", look, [short])
    said.seal({"co": 200, "no": 200, "ve": 200})
    said.say("no", "look", look, [short], lands=False)
    delegated(said, end_us=(START_S + 200) * 1_000_000)
    delegated(said, scope=("look", "attest"))
    revoked(said, "co", key)
    revoked(said, "no", key, 2)
    said.say("no", "look", look, [key], lands=False)
    said.say("no", "look", look)


def revocations(said: Said) -> None:
    key = said.key("co")
    said.say("co", "deposit", a_deposit(private(), party="co"))
    well_rotated(said, "co")
    said.say("co", "deposit", a_deposit(private(), party="co"), [key], lands=False)
    revoked(said, "co", key, 99)
    revoked(said, "co", key, 2)
    revoked(said, "co", key, 2)
    revoked(said, "co", key, 1)
    revoked(said, "co", said.key("co", "recovery"))
    revoked(said, "ve", said.key("ve", "log"))
    revoked(said, "co", said.key("co", "log"))
    revoked(said, "co", said.key("ve", "witness"))
    agreed(said, "adopt", SOUND["adopt/1"])
    revoked(said, "co", said.key("co"))
    agreed(said, "adopt", SOUND["adopt/1"])
    said.say("co", "deposit", a_deposit(private(), party="co"), lands=False)
    said.replace("co", "statement", recovered(said, ["qa"], recovery=True))
    said.say("co", "deposit", a_deposit(private(), party="co"))


def recoveries(said: Said) -> None:
    recovered(said, ["ve", "qa"])
    agreed(said, "policy", a_policy())
    recovered(said, ["ve"])
    recovered(said, ["ve", "co"])
    recovered(said, ["ve", "co"], party="qa")
    recovered(said, ["ve", "qa"], party="ve")
    said.replace("co", "log", recovered(said, ["ve", "qa"], role="log"))
    said.replace("co", "statement", recovered(said, ["ve", "qa"]))
    recovered(said, ["ve", "qa"], recovery=True)
    key, body = said.fresh("co")
    said.say("qa", "recover", body | {"party": "xx", "recovery": ""}, [said.key("qa"), key])
    wrong = body | {"party": "co", "recovery": said.key("co", "log").public.hex()}
    said.say("qa", "recover", wrong, [said.key("qa"), key, said.key("co", "log")])
    said.say("co", "deposit", a_deposit(private(), party="co"))


def rotations(said: Said) -> None:
    for role in ("log", "recovery", "statement", "witness"):
        well_rotated(said, "co", role)
    well_rotated(said, "ve", "log")
    rotated(said, "co", old=said.key("co", "log"))
    rotated(said, "co", possession="00" * 64)
    _, body = said.fresh("co")
    said.say("co", "rotate", body | {"old": said.key("co").public.hex()})
    body |= {"new": said.key("ve", "log").public.hex(), "old": said.key("co").public.hex()}
    said.say("co", "rotate", body, [said.key("co"), said.key("ve", "log")])
    said.seal(SEALED)


def seals(said: Said) -> None:
    said.seal(NOT_SEALED)
    said.seal(SEALED)
    said.seal(SEALED, size=2)
    said.seal(SEALED, size=3)
    said.seal({"co": -5, "no": 4000, "qa": 30, "ve": 10})
    said.seal(SEALED, by="co")
    said.seal(SEALED, size=len(said.entries), root=H32)
    said.seal(SEALED, signature="00" * 64)
    said.seal(SEALED, size=len(said.entries) + 1, root=H32)
    for change in ({"party": "xx"}, {"party": "no"}, {"party": "co"}, {"time_s": 1}, {"signature": "00" * 64}):
        said.seal(SEALED, second=change)
    said.seal({"co": 4100, "qa": 9000, "ve": 4200})
    said.seal({"co": 99_000, "no": 99_000, "qa": 99_000, "ve": 300})
    for apart_s in (7 * 86_400, 7 * 86_400 + 1):
        said.seal({"no": 99_000, "qa": 99_000, "ve": 99_000 + apart_s})
    said.seal({"co": 800_000, "no": 800_000, "qa": 800_000, "ve": 10**10})


def handover(said: Said) -> None:
    said.say("ve", "handover", {"appender": "co"})
    agreed(said, "handover", {"appender": "xx"})
    agreed(said, "handover", {"appender": "co"})
    said.seal(SEALED, by="ve")
    said.seal(SEALED, by="co")


def revoked_elsewhere(said: Said) -> None:
    said.seal(SEALED)
    well_rotated(said, "qa", "witness")
    revoked(said, "co", said.key("co", "witness"))
    revoked(said, "co", said.key("co", "log"))
    said.seal(SEALED)
    agreed(said, "handover", {"appender": "co"})
    said.seal({"no": 90, "qa": 90, "ve": 90})
    revoked(said, "qa", said.key("qa", "witness"), 2)


def policies(said: Said) -> None:
    for change in (
        {"recovery": 1},
        {"recovery": 4},
        {"clock": CLOCK | {"count": 5}},
        {"clock": CLOCK | {"outsiders": 3}},
    ):
        agreed(said, "policy", a_policy(**change))
    agreed(said, "policy", a_policy(agreement={"rule": "count", "count": 0, "outsiders": 0}))
    agreed(said, "policy", a_policy(agreement={"rule": "majority", "count": 0, "outsiders": 1}))
    agreed(said, "policy", a_policy(agreement={"rule": "count", "count": 1, "outsiders": 0}))
    said.say("co", "adopt", {"document": "parameters", "digest": H32, "from_us": 0})
    said.say("qa", "adopt", {"document": "accord", "digest": H32, "from_us": 0})
    said.seal({"co": 0, "ve": 0})
    said.seal({"co": 0, "no": 1, "ve": 0})


def adoption(said: Said) -> None:
    said.say("no", "run", a_run(private(), adoption=H32))
    adopted = agreed(said, "adopt", {"document": "parameters", "digest": H32, "from_us": 0})
    accord = agreed(said, "adopt", {"document": "accord", "digest": H32, "from_us": 0})
    said.say("no", "run", a_run(private(), adoption=adopted))
    said.say("no", "run", a_run(private(), adoption=accord))


def freeze(said: Said) -> None:
    said.say("ve", "freeze", {"reason": "ended", "successor": ""})
    agreed(said, "freeze", {"reason": "ended", "successor": ""})
    said.say("co", "deposit", a_deposit(private(), party="co"))
    said.say("co", "novelty/1", {})
    said.seal(SEALED)


def receipts(said: Said) -> None:
    receipt(said, "qa", "qa")
    receipt(said, "qa", "xx")
    receipt(said, "qa", "co")
    said.say("co", "deposit", a_deposit(private(), party="co"))
    receipt(said, "qa", "co", 9)
    said.seal(SEALED)


def acts(said: Said) -> None:
    own = said.say("ve", "deposit", DEPOSIT)
    others = said.say("co", "deposit", a_deposit(private(), party="co"))
    for statement in (own, others, H32):
        said.say("ve", "label", {"statement": statement, "handling": SOUND["label/1"]["handling"]})
    wrong = SOUND["label/1"]["handling"] | {"originator": "xx"}
    said.say("ve", "label", {"statement": own, "handling": wrong})
    said.say("no", "look", SOUND["look/1"])
    said.say("no", "look", SOUND["look/1"] | {"owner": "xx"})
    said.say("no", "attest", SOUND["attest/1"])


def mailboxes(said: Said) -> None:
    p = 2**255 - 19
    eighth = 325606250916557431795983626356110631294008115727848805560023387167927233504
    for u in (0, 1, p - 1, eighth, p - eighth, p, p + 2, 2**255 + 9, 9, 10):
        said.say("ve", "mailbox", {"key": u.to_bytes(32, "little").hex()})
    said.say("co", "mailbox", {"key": (9).to_bytes(32, "little").hex()})
    revoked(said, "ve", SigningKey(b"\1" * 32))
    said.say("ve", "revoke", {"key": (9).to_bytes(32, "little").hex(), "from_entry": 1})


def headers(said: Said) -> None:
    own = said.key("ve")
    said.say("ve", "deposit", DEPOSIT, genesis=H32, lands=False)
    said.say("xx", "deposit", DEPOSIT, [own], lands=False)
    said.say("ve", "deposit", DEPOSIT, members(said, "co"), lands=False)
    said.say("ve", "deposit", DEPOSIT, members(said, "ve", "co"), signers=[own.public.hex()], lands=False)
    signers = sorted((key.public.hex() for key in members(said, "ve", "co")), reverse=True)
    said.say("ve", "deposit", DEPOSIT, members(said, "ve", "co"), signers=signers, lands=False)
    said.say("ve", "deposit", DEPOSIT, [own, SigningKey(b"\5" * 32)])
    said.say("ve", "deposit", DEPOSIT, members(said, "ve", "co"))
    said.say("ve", "deposit", DEPOSIT, seq=9, lands=False)
    said.say("ve", "deposit", DEPOSIT, seq=0, lands=False)
    said.say("ve", "deposit", DEPOSIT, prev=H32, lands=False)
    said.say("ve", "deposit", DEPOSIT, seq=1, lands=False)
    said.say("ve", "deposit", {"mode": "open"})
    said.say("qa", "deposit", DEPOSIT)
    said.say("ve", "unheard/1", {"any": ["thing"]})
    said.say("ve", "deposit/2", DEPOSIT)
    said.entries += [said.entries[6], b"x", said.entries[0]]


def deposits(said: Said) -> None:
    for change in (
        *({"period": {"start_us": HOUR_US, "end_us": HOUR_US, "completeness": "partial"}}, {"simulated": False}),
        *({"classes": ("sensors", "plots")}, {"tables": ("plots/1", "plots/1")}, {"conversions": ("units", "format")}),
        {"outages": ({"start_us": HOUR_US, "end_us": 0},)},
    ):
        said.say("ve", "deposit", a_deposit(private(), **change))
    said.say("ve", "deposit", a_deposit(private(), party="xx"))
    said.say("ve", "deposit", a_deposit(private(), rows=SOUND["deposit/1"]["rows"] | {"framing_bytes": 1}))
    said.say("no", "run", a_run(private(), started_us=9, ended_us=8))
    said.say("no", "run", a_run(private(), simulated=False))
    said.say("no", "run", a_run(private(), tables=[SOUND["run/1"]["tables"][0]] * 2))


def restatements(said: Said) -> None:
    """Of one's own deposit, twice; of another's, of a run, of a restatement, of a void deposit; backwards; by a
    mediator; what stands twice at one place of a chain; by two; after the end."""
    own, run = said.say("ve", "deposit", DEPOSIT), said.say("ve", "run", RUN)
    void = said.say("ve", "deposit", a_deposit(private(), simulated=False))
    body = SOUND["restate/1"] | {"outages": []}
    first = said.say("ve", "restate", body | {"deposit": own})
    said.say("ve", "restate", body | {"deposit": own, "outages": [{"start_us": 0, "end_us": HOUR_US}]})
    said.say("ve", "restate", body | {"deposit": own}, lands=False, seq=4, prev=void)
    said.entries.append(said.entries[4])
    said.say("co", "restate", body | {"deposit": own})
    for statement in (run, first, void, said.digest, H32):
        said.say("ve", "restate", body | {"deposit": statement})
    backwards = {"start_us": HOUR_US, "end_us": HOUR_US}
    said.say("ve", "restate", body | {"deposit": own, "outages": [backwards]})
    said.say("ve", "restate", body | {"deposit": own, "period": backwards | {"completeness": "partial"}})
    said.say("ve", "restate", body | {"deposit": own, "clock": "network"})
    said.say("qa", "restate", body | {"deposit": own})
    said.say("ve", "restate", body | {"deposit": own}, members(said, "ve", "co"))
    agreed(said, "freeze", {"reason": "ended", "successor": ""})
    said.say("ve", "restate", body | {"deposit": own})


def joins(said: Said) -> None:
    joining(said)
    joining(said)
    joining(said, "ar", possession={"log": "00" * 64})
    joining(said, "ar", keys={"log": said.keys["ve"]["witness"].public})
    joining(said, "ar", keys={"log": H32, "witness": H32})
    said.say("ve", "join", SOUND["join/1"])
    said.say("co", "deposit", a_deposit(private(), party="br"))
    said.say("br", "run", RUN, members(said, "co"), lands=False, seq=1, prev=said.digest)


CHAPTERS: tuple[Chapter, ...] = (
    *(
        headers,
        deposits,
        restatements,
        joins,
        run_and_findings,
        seals,
        revoked_elsewhere,
        policies,
        adoption,
        handover,
        freeze,
        receipts,
    ),
    *(rotations, recoveries, revocations, delegation, mailboxes, acts),
)


# What becomes of each entry after genesis: a dot where it counts, `unknown`, or the reason why it is void.
OUTCOMES = {
    "headers": "wrong_genesis unknown_party wrong_signers bad_signature wrong_signers wrong_signers wrong_signers gap "
    "not_a_statement wrong_prev fork bad_body not_allowed unknown unknown replay not_a_statement second_genesis",
    "deposits": "bad_period simulated_mark list_not_sorted list_not_sorted list_not_sorted bad_period "
    "unknown_originator counts_do_not_reconcile bad_period simulated_mark list_not_sorted",
    "restatements": ". . simulated_mark . . fork replay unknown_deposit unknown_deposit unknown_deposit "
    "unknown_deposit unknown_deposit unknown_deposit bad_period bad_period bad_body not_allowed wrong_signers . frozen",
    "joins": ". member_already no_possession key_in_use key_in_use wrong_signers . wrong_signers",
    "run_and_findings": ". . . findings_already counts_do_not_reconcile list_not_sorted simulated_mark unknown_run",
    "seals": "no_clock . not_newer . . not_appender another_root bad_signature beyond_log bad_cosignature "
    "bad_cosignature bad_cosignature bad_cosignature bad_cosignature . . . no_clock .",
    "revoked_elsewhere": ". . . . bad_cosignature revoked_key . .",
    "policies": "bad_quorum bad_quorum bad_quorum bad_quorum bad_quorum bad_quorum . . not_allowed no_clock .",
    "adoption": "unknown_adoption . . . unknown_adoption",
    "handover": "wrong_signers unknown_party . not_appender .",
    "freeze": "wrong_signers . frozen frozen .",
    "receipts": "not_allowed unknown_party . . . .",
    "rotations": ". . . . . not_current_key no_possession wrong_signers key_in_use .",
    "recoveries": "recovery_quorum . recovery_quorum recovery_quorum recovery_quorum recovery_quorum . . "
    "wrong_signers unknown_party not_current_key .",
    "revocations": ". . wrong_signers from_later . revoked_already . cannot_revoke cannot_revoke . not_its_key . . "
    "revoked_key revoked_key . .",
    "delegation": ". . wrong_signers wrong_signers wrong_signers wrong_signers . . . . wrong_signers delegation_over "
    "list_not_sorted not_its_key . revoked_key .",
    "mailboxes": "bad_key bad_key bad_key bad_key . bad_key bad_key bad_key . . key_in_use not_its_key not_its_key",
    "acts": ". . . unknown_statement unknown_statement unknown_originator . unknown_party .",
}
