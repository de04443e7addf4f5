"""`veedor simulate`: makes a scenario with truth; everything in it says SIMULATED."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from veedor.cli.means import now_us, signing
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.output import line, progress, text
from veedor.simulate import apure
from veedor.simulate.lookalikes.kinds import KINDS
from veedor.simulate.parties import found_parties
from veedor.simulate.scale import scale
from veedor.simulate.strip_list import with_listed
from veedor.simulate.switches import BankFormat, RadarFormat, ReceiverFormat, Switches
from veedor.simulate.theatres import THEATRES, Scenario
from veedor.views.lines import SummaryLine
from veedor.words import Language, say


def simulate(
    out: Path,
    *,
    scenario: Scenario = "apure",
    seed: int = 1,
    factor: float = 1.0,
    start: datetime | None = None,
    strips: Path | None = None,
    radars: RadarFormat = "tables",
    biases: bool = True,
    clutter: bool = True,
    outages: bool = True,
    noise: bool = True,
    receivers: ReceiverFormat = "traces",
    fault: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    besides: Annotated[tuple[str, ...], Parameter(name="--with", negative="")] = (),
    only: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    banks: BankFormat = "files",
    typology: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    papers: Annotated[bool, Parameter(negative="")] = False,
    mission: Path | None = None,
    passphrase_file: Path | None = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Make simulated radar logs, ADS-B and bank records of several parties in OUT, with the truth beside them.

    Parameters
    ----------
    out
        A new folder.
    scenario
        Where it plays: `apure` (Venezuela and Colombia, with banks) or `roraima` (Venezuela and Brazil, air only).
    seed
        The same seed makes the same bytes.
    factor
        0.1 to 100; 1 is about 4 million plots and 300,000 payments.
    start
        First day (UTC).
    strips
        Take the illicit strips from this list (CSV with latitude and longitude, or GeoJSON) instead of inventing them.
    radars
        How radars write: `tables` (CSV and Parquet with mappings) or `asterix` (CAT001 and 002, CAT048 and 034).
    biases
        Whether radars are off in range, azimuth and time.
    clutter
        Whether they see false targets.
    outages
        Whether sensors fail at times.
    noise
        Whether radars measure with noise.
    receivers
        How ADS-B is delivered: `traces` (readsb traces and state vectors) or `asterix` (CAT021).
    fault
        A site that is not as its table says: SENSOR=KIND, `north`, `datum` or `exchanged` (two). Repeat it for each.
    besides
        A further kind of innocent look-alike, such as `radiosonde`; `all` for all of them. Repeat it for each.
    only
        Likewise, and leave out the six kinds that every scenario has.
    banks
        How banks write: `files` (camt.053 and CSV) or `messages` (camt.053 and pacs.008, MT940 and CSV).
    typology
        A further kind of laundering with its innocent look-alikes, such as `scatter_gather`; `all` for all of them.
        Repeat it for each.
    papers
        Also write flight plans, NOTAM, logs of aerodromes and lists of known places and state addresses.
    mission
        Also make a mission of all simulated parties in this new folder, with its log begun.
    passphrase_file
        File with the passphrase for their keys. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    """
    theatre = THEATRES[scenario]
    if strips is not None:
        theatre = with_listed(theatre, strips, scale(factor).strips)
    first = apure.START if start is None else start.replace(tzinfo=UTC)
    with progress.status("simulate") as status:
        kinds = (*besides, *only)
        faults = tuple((sensor, kind) for sensor, _, kind in (text.partition("=") for text in fault))
        switches = Switches(
            radars, biases, clutter, outages, not only, KINDS if "all" in kinds else kinds, receivers, noise, faults,
            typology, papers, banks,
        )  # fmt: skip
        made = apure.make(
            out, seed, factor, first, lambda what, done, of: status.update(f"{what} {done}/{of}"), switches, theatre
        )
    if mission is not None:
        found_parties(mission, theatre.name, theatre.parties, signing(passphrase_file, new_keys=True), now_us())
    _tell(made, seed, factor, language, json)
    return 0


def _tell(made: apure.Made, seed: int, factor: float, language: Language, json: bool) -> None:
    flights, strips, instances = made.scale.illicit_flights, made.scale.strips, made.instances
    out = str(made.folder)
    if json:
        line(
            SummaryLine(
                folder=out, seed=seed, factor=factor, illicit_flights=flights, strips=strips, instances=instances,
                simulated=True,
            )
        )  # fmt: skip
    else:
        facts = {"illicit_flights": flights, "strips": strips, "instances": instances, "lookalikes": made.lookalikes}
        text(say("simulate.made", language, {"folder": out, "seed": seed, **facts}))
