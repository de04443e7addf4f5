// What the bytes of a row say: the columns of each field group, and reading them (docs/formats/canonical.md, "A row").

import { hex, refuse, textOf } from "../../log/page/bytes.js";

/** Columns of a table's field group, name:type, in declared order; `!` is never null. Types: s text, x bytes, h so many bytes,
 * o yes or no, d day, t microseconds since 1970, i and u integers with and without sign, of so many bits; `{}` columns in one;
 * `[]` a list of them. */
const COLUMNS = {
  "plots/2 detection": "sensor:s! time:t time_raw:s time_source:s mode:u8! flags:u16!",
  "plots/2 position":
    "range_mm:i64 azimuth_e7:i32 elevation_e7:i32 lat_e7:i32 lon_e7:i32 var_north_mm2:i64 " +
    "var_east_mm2:i64 cov_north_east_mm2:i64 altitude_pressure_mm:i64 altitude_pressure_source:s " +
    "altitude_geometric_mm:i64 altitude_geometric_source:s speed_mm_s:i32 course_e7:i32 climb_mm_s:i32 " +
    "doppler_mm_s:i32 amplitude_mdbm:i32 sensor_lat_e7:i32 sensor_lon_e7:i32 sensor_altitude_mm:i64 " +
    "adsb_version:i8 nic:i8 nac_p:i8 nac_v:i8 nic_baro:i8 sil:i8 sil_supplement:i8 sda:i8 gva:i8 pic:i8",
  "plots/2 identity":
    "address:i32 mmsi:i32 code_1:i16 code_2:i16 code_3a:i16 code_3a_valid:o code_3a_garbled:o " +
    "code_c_valid:o code_c_garbled:o call_sign:s registration:s type_code:s emitter_category:s " +
    "sensor_track:s",
  "sensors/2 site": "sensor:s! party:s kind:s modes:u8 sac:u8 sic:u8 valid_from:t valid_to:t simulated:o!",
  "sensors/2 position":
    "lat_e7:i32 lon_e7:i32 surveyed_lat_e7:i32 surveyed_lon_e7:i32 datum:s position_sigma_mm:i32 " +
    "antenna_altitude_mm:i64 antenna_as_given_mm:i64 antenna_reference:s north:s north_offset_e7:i32",
  "sensors/2 performance":
    "range_min_mm:i64 range_max_mm:i64 blanked:s rotation_ms:i32 sigma_range_mm:i32 sigma_azimuth_e7:i32 " +
    "time_source:s editions:s",
  "sensor_messages/1 message": "sensor:s! time:t time_raw:s time_source:s category:u8! kind:s! reporter:s simulated:o!",
  "sensor_messages/1 state":
    "azimuth_e7:i32 rotation_us:i32 operational:o overloaded:o time_valid:o simulating:o configuration:s " +
    "processing:s filter:s",
  "sensor_messages/1 place":
    "range_from_mm:i64 range_to_mm:i64 azimuth_from_e7:i32 azimuth_to_e7:i32 lat_e7:i32 lon_e7:i32 " +
    "altitude_geometric_mm:i64",
  "sensor_messages/1 counts":
    "range_bias_mm:i32 azimuth_bias_e7:i32 time_bias_us:i32 batch:i32 counted_psr:i32 counted_ssr:i32 " +
    "counted_psr_ssr:i32 counted_mode_s:i32 counted_psr_mode_s:i32 counted_missed:i32 counted_other:i32",
  "flight_plans/1 message": "kind:s! originator:s filed:s reference:s changes:s simulated:o!",
  "flight_plans/1 identity":
    "call_sign:s! code_3a:i16 registration:s address:i32 operator:s type_code:s wake:s aircraft:i32 " +
    "equipment:s",
  "flight_plans/1 flight":
    "rules:s flight_type:s departure:s destination:s alternates:s landed_at:s off_block:t off_block_raw:s " +
    "date_of_flight:d arrived:t arrived_raw:s elapsed_s:i32",
  "flight_plans/1 route": "speed_mm_s:i32 speed_raw:s level_mm:i64 level_raw:s route:s other:s",
  "movements/1 message": "aerodrome:s! kind:s! time:t time_raw:s runway:s simulated:o!",
  "movements/1 identity": "call_sign:s registration:s address:i32 type_code:s operator:s",
  "movements/1 journey": "other_aerodrome:s rules:s purpose:s on_board:i32",
  "outages/1 message":
    "subject:s! subject_kind:s state:s! starts:t ends:t ends_estimated:o permanent:o schedule:s " +
    "simulated:o!",
  "outages/1 reference": "reference:s action:s other_reference:s fir:s q_code:s",
  "outages/1 place": "lat_e7:i32 lon_e7:i32 radius_mm:i64 lower_mm:i64 upper_mm:i64",
  "outages/1 text": "text:s",
  "ground_facts/1 message": "kind:s! time:t time_raw:s known_since:t simulated:o!",
  "ground_facts/1 place": "lat_e7:i32 lon_e7:i32 error_mm:i64 heading_e7:i32 length_mm:i64",
  "ground_facts/1 identity": "registration:s address:i32 type_code:s name:s",
  "ground_facts/1 source": "source_kind:s! source:s! reference:s text:s",
  "terrain/1 place": "tile:s! south_deg:i16! west_deg:i16! band:i16! simulated:o!",
  "terrain/1 heights": "lowest_m:i16[] mean_m:i16[] highest_m:i16[] voids:i32!",
  "accounts/2 party":
    "account:s! scheme:s! bank:s country:s currency:s holder:s opened:d branch:s holder_identifiers:s[] " +
    "holder_address:s holder_town:s holder_country:s simulated:o!",
  "entries/2 party":
    "account:s! bank:s holder:s counterparty_account:s counterparty_bank:s counterparty_name:s " +
    "counterparty_identifiers:s[] counterparty_address:s counterparty_town:s counterparty_country:s " +
    "ultimate_counterparty_name:s ultimate_counterparty_identifiers:s[] ultimate_counterparty_address:s " +
    "ultimate_counterparty_town:s ultimate_counterparty_country:s ultimate_holder_name:s " +
    "ultimate_holder_identifiers:s[] ultimate_holder_address:s ultimate_holder_town:s " +
    "ultimate_holder_country:s initiating_name:s",
  "entries/2 amount":
    "time:t time_is_date:o! booking_date:d value_date:d time_raw:s credit:o! amount_units:i64! " +
    "amount_exponent:i8! currency:s! instructed_units:i64 instructed_exponent:i8 instructed_currency:s " +
    "exchange_rate:s charges_bearer:s charges:s[] charges_agents:s[] balance_units:i64 " +
    "balance_exponent:i8 reversal:o! simulated:o!",
  "entries/2 reference":
    "uetr:s end_to_end_id:s transaction_id:s servicer_reference:s entry_reference:s transaction_code:s " +
    "instrument:s return_reason:s place:s place_kind:s place_address:s place_town:s place_country:s",
  "entries/2 purpose": "purpose:s purpose_code:s",
  "balances/1 party": "account:s!",
  "balances/1 amount": "kind:s! date:d balance_units:i64! balance_exponent:i8! currency:s! simulated:o!",
  "transfers/2 reference":
    "reference:s! message:s! kind:s! message_id:s instruction_id:s end_to_end_id:s transaction_id:s " +
    "uetr:s clearing_reference:s related_reference:s original_message_id:s original_instruction_id:s " +
    "status:s reason:s reason_text:s",
  "transfers/2 amount":
    "time:t! time_is_date:o! settlement_date:d requested_date:d created_raw:s amount_units:i64 " +
    "amount_exponent:i8 currency:s instructed_units:i64 instructed_exponent:i8 instructed_currency:s " +
    "exchange_rate:s charges_bearer:s charges:s[] charges_agents:s[] simulated:o!",
  "transfers/2 party":
    "debtor_name:s debtor_account:s debtor_identifiers:s[] debtor_address:s debtor_town:s " +
    "debtor_country:s debtor_agent:s creditor_name:s creditor_account:s creditor_identifiers:s[] " +
    "creditor_address:s creditor_town:s creditor_country:s creditor_agent:s ultimate_debtor_name:s " +
    "ultimate_debtor_identifiers:s[] ultimate_debtor_address:s ultimate_debtor_town:s " +
    "ultimate_debtor_country:s ultimate_creditor_name:s ultimate_creditor_identifiers:s[] " +
    "ultimate_creditor_address:s ultimate_creditor_town:s ultimate_creditor_country:s initiating_name:s " +
    "instructing_agent:s instructed_agent:s previous_agents:s[] intermediary_agents:s[] " +
    "intermediary_accounts:s[] underlying_debtor_name:s underlying_debtor_account:s " +
    "underlying_debtor_identifiers:s[] underlying_debtor_address:s underlying_debtor_town:s " +
    "underlying_debtor_country:s underlying_debtor_agent:s underlying_creditor_name:s " +
    "underlying_creditor_account:s underlying_creditor_identifiers:s[] underlying_creditor_address:s " +
    "underlying_creditor_town:s underlying_creditor_country:s underlying_creditor_agent:s",
  "transfers/2 purpose": "remittance:s underlying_remittance:s purpose_code:s instructions:s",
  "exchange_rates/1 rate": "day:d! base:s! quote:s! kind:s! rate_units:i64! rate_exponent:i8!",
  "exchange_rates/1 source": "source:s! simulated:o!",
  "reporting_thresholds/1 threshold":
    "country:s! currency:s! instrument:s! amount_units:i64! amount_exponent:i8! inclusive:o! " +
    "valid_from:d! valid_to:d",
  "reporting_thresholds/1 source": "source:s! simulated:o!",
  "account_holders/1 party": "account:s! bank:s role:s! name:s! identifier:s since:d until:d simulated:o!",
  "account_holders/1 contact": "address:s phone:s email:s device:s",
  "cash_transactions/1 party": "account:s! bank:s",
  "cash_transactions/1 amount":
    "time:t! time_raw:s kind:s! amount_units:i64! amount_exponent:i8! currency:s! reference:s " +
    "simulated:o!",
  "cash_transactions/1 place": "branch:s place:s country:s lat_e7:i32 lon_e7:i32 person:s",
  "cash_declarations/1 party": "person:s! identifier:s owner:s",
  "cash_declarations/1 amount":
    "time:t! time_raw:s direction:s! amount_units:i64! amount_exponent:i8! currency:s! reference:s " +
    "simulated:o!",
  "cash_declarations/1 place": "place:s country:s origin:s",
  "list_pieces/1 source": "name:s! day:d simulated:o!",
  "list_pieces/1 content": "content:x!",
  "rejects/1 reason": "table:s! reason:s! place:s! expected:s! found:s!",
  "rejects/1 source": "raw:x!",
  "finding_parts/1 what": "kind:s! start:t! end:t! simulated:o! detector:s! version:i32!",
  "finding_parts/1 area": "area_south_e7:i32 area_west_e7:i32 area_north_e7:i32 area_east_e7:i32",
  "finding_parts/1 subject": "subject:s! lat_e7:i32 lon_e7:i32 radius_mm:i64",
  "finding_parts/1 reasons":
    "score_milli_log10:i32! terms:{name:s! milli_log10:i32 source:s! values:{name:s! number:i64 " +
    "text:s}[]!}[]! reasons:{key:s! values:{name:s! number:i64 text:s}[]!}[]! innocent:{key:s! verdict:s! " +
    "values:{name:s! number:i64 text:s}[]! milli_log10:i32!}[]! searched:{key:s! values:{name:s! " +
    "number:i64 text:s}[]!}[]!",
  "finding_parts/1 evidence":
    "id:h32! anchor:h32! evidence:{deposit:h32! row:i64! last_row:i64! role:s!}[]! evidence_count:i64! " +
    "evidence_digest:h32! supersedes:h32 parameters:h32!",
  "accounts/1 party": "account:s! scheme:s! bank:s country:s currency:s holder:s opened:d simulated:o!",
  "entries/1 party": "account:s! bank:s holder:s counterparty_account:s counterparty_bank:s counterparty_name:s",
  "entries/1 amount":
    "time:t time_is_date:o! booking_date:d value_date:d time_raw:s credit:o! amount_units:i64! " +
    "amount_exponent:i8! currency:s! balance_units:i64 balance_exponent:i8 reversal:o! simulated:o!",
  "entries/1 reference":
    "uetr:s end_to_end_id:s transaction_id:s servicer_reference:s entry_reference:s transaction_code:s " +
    "instrument:s",
  "entries/1 purpose": "purpose:s",
  "plots/1 detection": "sensor:s! time:t time_raw:s time_source:s mode:u8! flags:u16!",
  "plots/1 position":
    "range_mm:i64 azimuth_e7:i32 elevation_e7:i32 lat_e7:i32 lon_e7:i32 var_north_mm2:i64 " +
    "var_east_mm2:i64 cov_north_east_mm2:i64 altitude_pressure_mm:i64 altitude_pressure_source:s " +
    "altitude_geometric_mm:i64 altitude_geometric_source:s speed_mm_s:i32 course_e7:i32 climb_mm_s:i32 " +
    "doppler_mm_s:i32 amplitude_mdbm:i32 sensor_lat_e7:i32 sensor_lon_e7:i32 sensor_altitude_mm:i64",
  "plots/1 identity":
    "address:i32 mmsi:i32 code_3a:i16 code_3a_valid:o code_3a_garbled:o code_c_valid:o code_c_garbled:o " +
    "call_sign:s registration:s type_code:s sensor_track:s",
  "transfers/1 reference":
    "reference:s! message:s! kind:s! message_id:s instruction_id:s end_to_end_id:s transaction_id:s " +
    "uetr:s clearing_reference:s related_reference:s original_message_id:s original_instruction_id:s " +
    "status:s reason:s reason_text:s",
  "transfers/1 amount":
    "time:t! time_is_date:o! settlement_date:d requested_date:d created_raw:s amount_units:i64 " +
    "amount_exponent:i8 currency:s instructed_units:i64 instructed_exponent:i8 instructed_currency:s " +
    "exchange_rate:s charges_bearer:s charges:s[] charges_agents:s[] simulated:o!",
  "transfers/1 party":
    "debtor_name:s debtor_account:s debtor_identifiers:s[] debtor_address:s debtor_country:s " +
    "debtor_agent:s creditor_name:s creditor_account:s creditor_identifiers:s[] creditor_address:s " +
    "creditor_country:s creditor_agent:s ultimate_debtor_name:s ultimate_creditor_name:s " +
    "initiating_name:s instructing_agent:s instructed_agent:s previous_agents:s[] intermediary_agents:s[] " +
    "intermediary_accounts:s[] underlying_debtor_name:s underlying_debtor_account:s " +
    "underlying_debtor_identifiers:s[] underlying_debtor_address:s underlying_debtor_country:s " +
    "underlying_debtor_agent:s underlying_creditor_name:s underlying_creditor_account:s " +
    "underlying_creditor_identifiers:s[] underlying_creditor_address:s underlying_creditor_country:s " +
    "underlying_creditor_agent:s",
  "transfers/1 purpose": "remittance:s underlying_remittance:s purpose_code:s instructions:s",
};
const WIDTHS = { o: 8, d: 32, t: 64 };
// The years 1 to 9999: what lies beyond has no date that both verifiers can write.
const FIRST = { d: -719162n, t: -62135596800000000n };
const LAST = { d: 2932896n, t: 253402300799999999n };

/**
 * The cells of a field group as [{name, type, value}]; refused where `bytes` are not exactly one row of it. Null is null, text is
 * text, bytes are bytes, yes or no is true or false, and numbers are decimal digits, as not every one of them fits a number here.
 */
export function readGroup(table, group, bytes, file) {
  const wrong = (found) => refuse("unreadable_row", { file, expected: `${table} ${group}`, found });
  let at = 0;
  const take = (count) => {
    if (at + count > bytes.length) wrong("too short");
    return bytes.subarray(at, (at += count));
  };
  const number = (count) => take(count).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const there = (name) => {
    const mark = number(1);
    return mark > 1n ? wrong(name) : mark === 1n;
  };
  const valueOf = (name, type) => {
    if (Array.isArray(type)) return Object.fromEntries(type.map((column) => [column.name, cellOf(column)]));
    if (type === "s" || type === "x") {
      const content = take(Number(number(4)));
      return type === "x" ? content : textOf(content, file);
    }
    const size = WIDTHS[type] ?? Number(type.slice(1));
    if (type.startsWith("h")) return take(size);
    const plain = number(size / 8);
    if (type === "o") return plain > 1n ? wrong(name) : plain === 1n;
    const value = type.startsWith("u") ? plain : BigInt.asIntN(size, plain);
    if (value < FIRST[type] || value > LAST[type]) wrong(name);
    return String(value);
  };
  const cellOf = ({ name, type, list, always }) => {
    if (!always && !there(name)) return null;
    if (!list) return valueOf(name, type);
    const items = [];
    for (let left = number(4); left > 0n; left -= 1n) items.push(there(name) ? valueOf(name, type) : null);
    return items;
  };
  const cells = declared(COLUMNS[`${table} ${group}`]).map((column) => {
    const type = `${Array.isArray(column.type) ? "{}" : column.type}${column.list ? "[]" : ""}`;
    return { name: column.name, type, value: cellOf(column) };
  });
  return at === bytes.length ? cells : wrong("more bytes after it");
}

/** The columns that a text of COLUMNS declares, as [{name, type, list, always}]; the type of `{}` is again such a list. */
function declared(text) {
  let rest = text;
  const taken = (pattern) => {
    const [found] = pattern.exec(rest);
    rest = rest.slice(found.length);
    return found;
  };
  const columns = () => {
    const found = [];
    do {
      const name = taken(/^\w+:/).slice(0, -1);
      const type = taken(/^\{|^\w+/);
      const inner = type === "{" ? columns() : type;
      const marks = taken(/^(\[\])?!?/);
      found.push({ name, type: inner, list: marks.startsWith("["), always: marks.endsWith("!") });
    } while (taken(/^[ }]?/) === " ");
    return found;
  };
  return columns();
}

/** Unit at the end of a column's name, decimals that its integer holds, how people write it. */
const UNITS = [["_mm_s", 3, " m/s"], ["_mm2", 6, " m²"], ["_mdbm", 3, " dBm"], ["_mm", 3, " m"], ["_e7", 7, "°"], ["_ms", 3, " s"]];

/** Numbers that are codes: octal as on a pilot's panel, hexadecimal as on the aircraft's papers. */
const CODES = {
  code_3a: (code) => code.toString(8).padStart(4, "0"),
  address: (code) => code.toString(16).toUpperCase().padStart(6, "0"),
};

/** [name without its unit, text] of every cell that holds something; amounts with their exponent and currency. */
export function written(cells, language) {
  const value = (name) => cells.find((cell) => cell.name === name)?.value ?? null;
  const lines = [];
  for (const { name, type, value: held } of cells) {
    const amount = /^(.*)_(units|exponent)$/.exec(name);
    if (held === null || amount?.[2] === "exponent") continue;
    if (amount) {
      lines.push([amount[1], `${scaled(held, Number(value(`${amount[1]}_exponent`) ?? 0), language)} ${value("currency") ?? ""}`.trim()]);
    } else if (type.startsWith("h")) {
      lines.push([name, hex(held)]);
    } else if (Array.isArray(held)) {
      lines.push([name, held.map((item) => item ?? "–").join(", ")]);
    } else if (type === "t" || type === "d") {
      lines.push([name, moment(held, type)]);
    } else if (type === "o") {
      lines.push([name, { en: ["no", "yes"], es: ["no", "sí"] }[language][Number(held)]]);
    } else if (CODES[name]) {
      lines.push([name, CODES[name](Number(held))]);
    } else if (typeof held !== "string" || type === "s") {
      lines.push([name, held]);
    } else {
      const [suffix, places, unit] = UNITS.find(([end]) => name.endsWith(end)) ?? ["", 0, ""];
      lines.push([suffix ? name.slice(0, -suffix.length) : name, scaled(held, places, language) + unit]);
    }
  }
  return lines;
}

/** An integer (digits) with so many of its digits behind the point, or as many zeros after it where `places` is negative. */
function scaled(digits, places, language) {
  const [, sign, plain] = /^(-?)(\d+)$/.exec(digits);
  if (places <= 0) return sign + plain + "0".repeat(plain === "0" ? 0 : -places);
  const padded = plain.padStart(places + 1, "0");
  return `${sign}${padded.slice(0, -places)}${language === "es" ? "," : "."}${padded.slice(-places)}`;
}

/** A day, or a time to the microsecond. */
function moment(digits, type) {
  const count = BigInt(digits);
  if (type === "d") return iso(count * 86_400_000n).slice(0, 10);
  const below = ((count % 1000n) + 1000n) % 1000n;
  return `${iso((count - below) / 1000n).slice(0, -1).replace("T", " ")}${String(below).padStart(3, "0")} UTC`;
}

const iso = (milliseconds) => new Date(Number(milliseconds)).toISOString();
