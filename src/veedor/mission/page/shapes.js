// What each type of statement may say: the closed list of docs/formats/statements.md as tests on plain values.
//
// Every member must be there, none beside them; every string is one of a list or matches a pattern that leaves no room
// for text; every number is an integer from 0 to 2**53 - 1, which `parseCanonical` has already seen to.

export const text = (pattern, longest) => (value) => typeof value === "string" && value.length <= longest && pattern.test(value);
export const one = (words) => (value) => typeof value === "string" && words.split(" ").includes(value);
export const number = (low, high = Number.MAX_SAFE_INTEGER, step = 1) => (value) =>
  typeof value === "number" && value >= low && value <= high && value % step === 0;
export const list = (item, least, most) => (value) =>
  Array.isArray(value) && value.length >= least && value.length <= most && value.every(item);
export const record = (members) => (value) => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const names = Object.keys(members);
  return Object.keys(value).length === names.length && names.every((name) => name in value && members[name](value[name]));
};

const flag = (value) => typeof value === "boolean";
const hex32 = text(/^[0-9a-f]{64}$/, 64);
const hex64 = text(/^[0-9a-f]{128}$/, 128);
const optionalHex32 = text(/^([0-9a-f]{64})?$/, 64);
const party = text(/^[a-z][a-z0-9-]*$/, 24);
const codeName = text(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/, 60);
const schemaId = text(/^[a-z][a-z0-9_]*\/[1-9][0-9]?$/, 40);
const count = number(0);
const positive = number(1);
const timeUs = number(0);
const hourUs = number(0, Number.MAX_SAFE_INTEGER, 3_600_000_000);
const MOST_MEMBERS = 24;

const role = one("party observer mediator");
const keyRole = one("log witness statement recovery");
const dataClass = one(
  "plots sensors sensor_state tracks flight_plans movements outages ground_facts aerodromes aircraft vessel_positions " +
    "accounts entries payments balances registers",
);
const purpose = one("joint_monitoring inspection case test");

const perKey = (each) => record({ log: each, recovery: each, statement: each, witness: each });
const member = record({ party, role, keys: perKey(hex32), possession: perKey(hex64) });
const quorum = record({
  rule: one("all majority count"),
  count: number(0, MOST_MEMBERS),
  outsiders: number(0, MOST_MEMBERS),
});
const handling = record({
  basis: one("accord treaty mutual_assistance court_order national_law voluntary simulated"),
  purpose,
  use: one("intelligence_only evidence"),
  originator: party,
  onward: one("none originator_consents parties"),
  retain_until_us: timeUs,
});

const covers = {
  period: record({ start_us: hourUs, end_us: hourUs, completeness: one("complete partial unknown") }),
  outages: list(record({ start_us: hourUs, end_us: hourUs }), 0, 200),
};

const findings = {
  run: hex32,
  simulated: flag,
  total: count,
  kinds: list(record({ kind: codeName, count }), 0, 100),
  commitment: hex32,
};

/** The header of every statement but genesis. */
export const isChain = record({
  genesis: hex32,
  party,
  seq: positive,
  prev: hex32,
  at_us: timeUs,
  signers: list(hex32, 1, MOST_MEMBERS + 1),
});

/** The bodies by predicate type. */
export const BODIES = {
  "urn:veedor:genesis:1": record({
    origin: text(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/, 100),
    mission: text(/^[a-z][a-z0-9-]*$/, 40),
    created_us: timeUs,
    simulated: flag,
    appender: party,
    delay_hours: number(24, 8784),
    quorums: record({ agreement: quorum, clock: quorum }),
    members: list(member, 1, MOST_MEMBERS),
  }),
  "urn:veedor:join:1": record({ member }),
  "urn:veedor:deposit:1": record({
    mode: one("open sealed"),
    simulated: flag,
    classes: list(dataClass, 1, 20),
    tables: list(schemaId, 0, 20),
    recorder: one(
      "military_radar civil_radar receiver_network coastal_station bank central_bank financial_intelligence_unit customs register_office other_public_body simulator",
    ),
    clock: one("satellite network radio own_clock booking_system simulated unknown"),
    ...covers,
    conversions: list(
      one("units coordinates time_scale character_set format filtered thinned merged identifiers_replaced other"),
      0,
      10,
    ),
    rows: record({
      files: positive,
      bytes: count,
      accepted: count,
      rejected: count,
      accepted_bytes: count,
      framing_bytes: count,
      rejected_bytes: count,
    }),
    handling,
    commitments: record({ deposit: hex32, details: hex32, accepted: hex32, rejected: hex32, layout: schemaId }),
  }),
  "urn:veedor:restate:1": record({ deposit: hex32, ...covers }),
  "urn:veedor:run:1": record({
    inputs: record({ set: one("common own"), count, root: hex32 }),
    adoption: optionalHex32,
    simulated: flag,
    as_of_us: timeUs,
    started_us: timeUs,
    ended_us: timeUs,
    software: record({
      name: codeName,
      version: text(/^[0-9]+(\.[0-9a-z]+)*$/, 30),
      commit: text(/^([0-9a-f]{40}|[0-9a-f]{64})?$/, 64),
    }),
    layout: record({ buckets: positive, chunk_hours: positive }),
    parameters: list(record({ detector: codeName, version: positive, commitment: hex32 }), 0, 200),
    tables: list(record({ table: schemaId, rows: count, commitment: hex32 }), 0, 200),
  }),
  "urn:veedor:findings:1": record(findings),
  "urn:veedor:findings:2": record({ ...findings, rows: record({ table: schemaId, root: hex32, layout: schemaId }) }),
  "urn:veedor:seal:1": record({
    size: positive,
    root: hex32,
    signature: hex64,
    cosignatures: list(record({ party, time_s: positive, signature: hex64 }), 1, MOST_MEMBERS),
  }),
  "urn:veedor:policy:1": record({ agreement: quorum, clock: quorum, recovery: number(0, MOST_MEMBERS) }),
  "urn:veedor:adopt:1": record({
    document: one("accord parameters borders measures registers other"),
    digest: hex32,
    from_us: timeUs,
  }),
  "urn:veedor:handover:1": record({ appender: party }),
  "urn:veedor:freeze:1": record({ reason: one("ended moved suspended"), successor: optionalHex32 }),
  "urn:veedor:rotate:1": record({ role: keyRole, old: hex32, new: hex32, possession: hex64 }),
  "urn:veedor:recover:1": record({ party, role: keyRole, new: hex32, possession: hex64, recovery: optionalHex32 }),
  "urn:veedor:revoke:1": record({ key: hex32, from_entry: positive }),
  "urn:veedor:delegate:1": record({
    key: hex32,
    device: one("browser device"),
    scope: list(one("look attest receipt"), 1, 3),
    end_us: timeUs,
  }),
  "urn:veedor:mailbox:1": record({ key: hex32 }),
  "urn:veedor:receipt:1": record({ party, seq: positive, statement: hex32, received_us: timeUs }),
  "urn:veedor:look:1": record({ owner: party, data_class: dataClass, purpose, count, looked_us: timeUs, query: hex32 }),
  "urn:veedor:attest:1": record({
    kind: one("court_document export_figures authority_act identity meeting_record other"),
    issued_us: timeUs,
    document: hex32,
    payload: optionalHex32,
  }),
  "urn:veedor:label:1": record({ statement: hex32, handling }),
};

const base64Text = text(/^[A-Za-z0-9+/]*={0,2}$/, 65_544);
const anyText = text(/^[^]*$/, 1_300_000);
const partBytes = (value) =>
  typeof value === "string" && value.length <= 2 ** 24 && value.length % 2 === 0 && !/[^0-9a-f]/.test(value);

/** A reveal, form only (docs/formats/records.md). */
export const isReveal = record({
  schema: one("reveal/1 reveal/2"),
  genesis: base64Text,
  envelope: base64Text,
  proof: anyText,
  rows: list(
    record({
      tree: one("accepted rejected findings"),
      position: count,
      row: count,
      table: anyText,
      parts: list(
        record({ name: anyText, digest: hex32, salt: optionalHex32, data: partBytes }),
        1,
        5,
      ),
      proof: list(hex32, 0, 63),
    }),
    0,
    1000,
  ),
});
