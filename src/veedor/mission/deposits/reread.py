"""A deposit read again from the files that this copy keeps: to check what was stated, or to restore its records.

Stored records are derived (DESIGN section 4): whoever deletes `records/` gets the same back, or hears why not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from veedor.errors import StoreError, VeedorError
from veedor.formats.reader import Options
from veedor.formats.source import FileSource
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.deposit import deposit_digest
from veedor.mission.deposits.hand_ins import HandIn, hand_ins
from veedor.mission.deposits.held import Held
from veedor.mission.deposits.intake import Intake
from veedor.mission.deposits.records import append_records, record_store
from veedor.tables import EARLIER, TABLES


def hand_in_again(held: Held, version: int | None = None) -> HandIn:
    """The hand-in that a deposit was, from the files this copy keeps; `version`: by which version of its reader, if not
    that of now. VeedorError where they no longer make it."""
    kept = [FileSource(file.place, file.name) for file in (*held.files, *held.beside)]
    simulated = held.statement.body.simulated
    options = Options(sensor=held.sensor, simulated=simulated, latest_us=held.latest_us, date_us=held.date_us)
    every = hand_ins(kept, options)
    made = [each for each in every if each.reader.name == held.reader and each.mapping.hex() == held.mapping]
    if len(made) != 1:
        raise VeedorError("the kept files do not make one deposit", file=held.batch, found=f"{len(made)} hand-ins")
    digest = deposit_digest(held.statement.chain.party, made[0], version)
    if digest != held.deposit:
        raise VeedorError("the kept files make another deposit", expected=held.batch, found=digest.hex())
    return made[0]


def intake_again(held: Held) -> Intake:
    """The deposit's rows, not read yet, with the salts of its statement where this copy has them."""
    hand_in = hand_in_again(held)
    return Intake(held.deposit, hand_in.reader, hand_in.options, hand_in.sources, held.secret)


def intake_as_stated(held: Held) -> Intake:
    """The same in the versions of tables that the deposit was committed in, also where its reader has changed since.

    Whether they are still the rows that were committed to is told by the roots, and by nothing else.
    """
    hand_in = hand_in_again(held, held.reader_version)
    earlier = {table.name: table for table in EARLIER if table.id in held.statement.body.tables}
    return Intake(held.deposit, hand_in.reader, hand_in.options, hand_in.sources, held.secret, earlier)


def stated_roots(held: Held) -> tuple[str, str]:
    """The roots of accepted and rejected rows (hex) as the statement says them."""
    return held.statement.body.commitments.accepted, held.statement.body.commitments.rejected


def roots(intake: Intake) -> tuple[str, str]:
    """The same of an intake that was read to its end."""
    return intake.accepted.root().hex(), intake.rejected.root().hex()


def missing_records(mission: Mission, deposits: Iterable[Held]) -> tuple[Held, ...]:
    """Those deposits of which some table's rows are not stored in this copy."""
    store = record_store(mission)
    return tuple(
        held
        for held in deposits
        if not all(store.has(held.batch, table) for table in TABLES if held.tables.get(table.name))
    )


@dataclass(frozen=True)
class Restored:
    """`records`: deposits whose rows are stored here again. `contradicted`: another party's, whose files do not give
    what it stated, with the reason; they count as not held."""

    records: tuple[Held, ...] = ()
    contradicted: tuple[tuple[Held, VeedorError], ...] = ()


def restore_records(mission: Mission, deposits: Iterable[Held]) -> Restored:
    """Reads again those deposits whose records are not stored here. Safe to repeat.

    What another party handed in can be a lie: it stops nobody. For deposits of this copy's own parties VeedorError
    where the files are no longer kept, StoreError, before a row is stored, where they give other records than stated.
    """
    restored: list[Held] = []
    contradicted: list[tuple[Held, VeedorError]] = []
    for held in missing_records(mission, deposits):
        try:
            _need_stated(held)
        except VeedorError as error:
            if held.statement.chain.party in mission.folder.parties:
                raise
            contradicted.append((held, error))
            continue
        append_records(mission, held.batch, intake_again(held).rows())
        restored.append(held)
    return Restored(tuple(restored), tuple(contradicted))


def _need_stated(held: Held) -> None:
    intake = intake_again(held)
    for _ in intake.rows():
        pass
    if held.secret is not None and roots(intake) != stated_roots(held):
        raise StoreError(
            "the kept files give other records than those handed in",
            file=held.batch,
            expected=stated_roots(held)[0],
            found=roots(intake)[0],
            next_step="was the software changed? `veedor verify --rederive` says which deposits are affected",
        )
