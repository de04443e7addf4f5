"""A small file, or several, of every wire format: what the tests of damage and the fuzzer start from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tests.formats import bank_messages
from tests.formats.asterix_bytes import block, ethernet, final, north_002, north_034, pcap, pcapng, plot_001, plot_048
from tests.formats.mode_s_writing import airborne, beast, counted, identification
from veedor.formats import BytesSource, Options, Reader, mapped, sites
from veedor.formats.bank import camt053, mt103, mt940, transfers
from veedor.formats.papers import flight_plans, notam
from veedor.formats.radar import reader as asterix_reader
from veedor.formats.ready import match_ready
from veedor.formats.receivers import ais, opensky, readsb, readsb_snapshot, sbs, traffic_json
from veedor.formats.receivers.mode_s import beast as beast_frames
from veedor.formats.receivers.mode_s import json_lines, lines

NAME = "x_20240706T120000Z_12mhz_utc"
NOON = 1_720_267_200
LATEST_US = 2_000_000_000_000_000
FRAMES = [airborne(0x0D8123, 7, -70, 0), airborne(0x0D8123, 7, -70, 1), identification(0x0D8123, "YV2567")]


@dataclass(frozen=True)
class Format:
    """A reader, and files that it reads whole, without a reject."""

    reader: Reader
    files: tuple[bytes, ...]
    options: Options = field(default_factory=lambda: Options(latest_us=LATEST_US))

    def source(self, data: bytes) -> BytesSource:
        return BytesSource(data, NAME)


def step_of(file: bytes) -> int:
    """Between the places at which a file is cut: each third byte, of a long one some 250 places."""
    return max(3, len(file) // 250 | 1)


def table(*lines: str) -> Format:
    """A CSV file that its header finds a ready mapping for."""
    data = "".join(line + "\n" for line in lines).encode()
    mapping = match_ready(data)
    assert mapping is not None
    return Format(mapped.READER, (data,), Options(latest_us=LATEST_US, mapping=mapping))


def states() -> bytes:
    names = "time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,baroaltitude,geoaltitude"
    row = ",0d8123,7.5,-69.9,80.1,350.0,-3.2,YV2567,False,False,False,1234,3048.0,3100.0"
    tail = ",lastposupdate,lastcontact"
    lines_ = [names + tail] + [f"{NOON + n}{row},{NOON + n}.5,{NOON + n}.7" for n in range(3)]
    return "".join(line + "\n" for line in lines_).encode()


def trace() -> bytes:
    points = [[n * 5.0, 7.5 + n / 100, -69.9, 10_000, 120.0, 350.0, 0, -640, None] for n in range(3)]
    return json.dumps({"icao": "0d8123", "timestamp": NOON + 0.0, "trace": points}).encode()


def traffic() -> bytes:
    one = {"icao24": "4b1815", "longitude": 7.5, "altitude": 350.0}
    return json.dumps([{"timestamp": (NOON + n) * 1000, **one, "latitude": 40 + n / 100} for n in range(3)]).encode()


SITES = b"""# SIMULATED
sites = "sites/1"
[[sensor]]
sensor = "guri"
kind = "radar"
sac = 25
sic = 201
latitude_deg = 8.3
longitude_deg = -62.8
datum = "La Canoa"
north = "grid"
convergence_deg = 0.25
blanked_deg = [[350, 10]]
editions = { "048" = "1.30" }
"""
BLOCKS = [
    block(34, north_034(43_200, turn=5.0, counts=((1, 40),))), block(48, plot_048(43_201), plot_048(43_202)),
    block(2, north_002(43_203)), block(1, plot_001(43_204)),
]  # fmt: skip
PACKETS = [(NOON + n, ethernet(each)) for n, each in enumerate(BLOCKS)]
FORMATS: dict[str, Format] = {
    "asterix raw": Format(asterix_reader.READER, (b"".join(BLOCKS) * 2,)),
    "asterix pcap": Format(asterix_reader.READER, (pcap(*PACKETS), pcap(*PACKETS, nano=True, swapped=True))),
    "asterix pcapng": Format(asterix_reader.READER, (pcapng(*PACKETS),)),
    "asterix IOSS": Format(asterix_reader.READER, (final(*BLOCKS),)),
    "beast": Format(beast_frames.READER, (b"".join(beast(counted(5 + n), frame) for n, frame in enumerate(FRAMES)),)),
    "mode_s_lines": Format(
        lines.READER,
        (
            b"".join(f"{NOON + n},{frame.hex()}\n".encode() for n, frame in enumerate(FRAMES)),
            b"".join(b"@%012X%s;\n" % (counted(n), frame.hex().encode()) for n, frame in enumerate(FRAMES)),
        ),
    ),
    "rs1090": Format(
        json_lines.READER,
        (
            b"".join(
                b'{"timestamp":%d,"frame":"%s"}\n' % (NOON + n, each.hex().encode()) for n, each in enumerate(FRAMES)
            ),
        ),
    ),
    "sbs": Format(sbs.READER, (b"MSG,3,1,1,0D8123,1,2024/07/06,12:00:00.000,,,,1000,,,7.5,-69.9,,,,,,0\n" * 2,)),
    "readsb_snapshot": Format(
        readsb_snapshot.READER,
        (b'{"now":1720267200.1,"aircraft":[{"hex":"0d8123","lat":7.5,"lon":-69.9,"seen_pos":1.5}]}',),
    ),
    "flight_plans": Format(
        flight_plans.READER,
        (
            b"061130 SKBOZPZX\n(FPL-HK4444-VG\n-BE20/L-S/S\n-SKVV1230\n-N0250F190 DCT\n-SKSP0415 SKUC\n"
            b"-DOF/240706 REG/HK4444)\n"
            b"(ARR-HK4444-SKVV1412-SKUC1801)\n",
        ),
    ),
    "notam": Format(
        notam.READER,
        (
            b"(A1234/24 NOTAMN\nQ) SKED/QCSAS/I/BO/E/000/999/0442N07408W025\n"
            b"A) SKBO B) 2407061200 C) PERM\nE) SSR U/S)\n",
        ),
    ),
    "ais": Format(
        ais.READER,
        (
            b"1720267200,!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26\n"
            b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n!AIVDM,2,2,1,A,88888888880,2*25\n",
        ),
    ),
    "camt053": Format(camt053.READER, (bank_messages.CAMT053,)),
    "camt052": Format(camt053.REPORTS, (bank_messages.CAMT052,)),
    "camt054": Format(camt053.NOTIFICATIONS, (bank_messages.CAMT054,)),
    **{each.name: Format(each, (getattr(bank_messages, each.name.upper()),)) for each in transfers.READERS},
    "mt940": Format(mt940.READER, (bank_messages.MT940, bank_messages.MT942)),
    "mt103": Format(mt103.READER, (bank_messages.MT103 * 2, bank_messages.MT202COV)),
    "opensky": Format(opensky.READER, (states(),)),
    "readsb": Format(readsb.READER, (trace(),)),
    "traffic_json": Format(traffic_json.READER, (traffic(),)),
    "sites": Format(sites.READER, (SITES,)),
    "plots": table(
        "sensor,time,mode,latitude_deg,longitude_deg,altitude_pressure_m",
        *["r1,2024-01-01T00:00:00Z,PSR,7.1,-72.4,1000"] * 3,
    ),
    "track_reports": table(
        "sensor,time,track,latitude_deg,longitude_deg,error_major_m,error_minor_m,error_bearing_deg,error_percent",
        *["oth,2024-07-06T12:00:00Z,17,7.5,-69.9,20000,5000,30,95"] * 3,
    ),
    "movements": table(
        "aerodrome,movement,time,runway,call_sign,registration,type,from_or_to,purpose,on_board",
        *["SKSP,landing,2024-07-06T12:00:00-05:00,06,HK4444,HK-4444,BE20,SKVV,charter,4"] * 3,
    ),
    "outages": table(
        "subject,subject_kind,state,starts,ends,reference,text",
        *["radar-1,sensor,maintenance,2030-07-06T12:00:00Z,,WO-17,antenna bearing"] * 3,
    ),
    "exchange_rates": table(
        "day,base,quote,kind,rate,source",
        *["2024-07-06,USD,VES,official,36.42,central bank"] * 3,
    ),
    "reporting_thresholds": table(
        "country,currency,instrument,amount,inclusive,valid_from,source",
        *["VE,USD,cash,10000,true,2020-01-01,made up for this test"] * 3,
    ),
    "account_holders": table(
        "account,role,name,address,phone,device",
        *["VE1234,officer,Made Up,Calle 5,+58 1,device-1"] * 3,
    ),
    "cash_transactions": table(
        "account,time,kind,amount,currency,branch,place",
        *["VE1234,2024-07-06T12:00:00Z,deposit,900.00,USD,0007,Guasdualito"] * 3,
    ),
    "cash_declarations": table(
        "person,identifier,time,direction,amount,currency,place,country",
        *["Made Up,V900,2024-07-06T12:00:00Z,in,9000.00,USD,Arauca,CO"] * 3,
    ),
    "ground_facts": table(
        "fact,time,latitude_deg,longitude_deg,error_m,source_kind,source,registration,text",
        *["aircraft_burnt,2024-07-06T12:00:00Z,10.5,-71.2,500,armed_forces,Statement 12,YV1234,two engines"] * 3,
    ),
}
