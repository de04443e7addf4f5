// Judges vectors with the second verifier: a JSON list of requests on stdin, a JSON list of answers on stdout.
//
// An answer is {ok, ...}; an error that is no Refusal is answered as a defect, which no test takes for a refusal.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const load = (room) => (name) => import(pathToFileURL(join(process.argv[2], room, "page", `${name}.js`)));
const [bytes, ed25519, merkle, note, log] = await Promise.all(["bytes", "ed25519", "merkle", "note", "verify"].map(load("log")));
const [canonicalJson, columns, finding, fold, keys, policy, rules, seals, sentences, shapes, statements, trees, verifier, words] = await Promise.all(
  ["canonical", "columns", "finding", "fold", "keys", "policy", "rules", "seals", "sentences", "shapes", "statements", "tree", "verdict", "words"].map(load("mission")),
);
const [{ evaluate }, { Instants }, { ROOM, timelineOf }, { bearingOn, findingsFor, incidentsOf }, { determinedOf }] = await Promise.all(
  ["evaluate", "decide/instants", "accord", "incidents", "determined"].map(load("accord")),
);
const rooms = [ROOM];
const raw = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const keysOf = (lines) => Promise.all(lines.map(note.parseKey));

const accordsOf = (versions) =>
  versions.map(({ text, digest }) => ({ accord: canonicalJson.parseCanonical(bytes.utf8(text), "", 2 ** 21), digest }));

const folded = async (entries) => {
  const [first, ...rest] = entries.map(raw);
  const { digest, body } = await statements.readGenesis(first);
  const [state, tree] = [fold.stateOf(digest, body, rooms), new trees.Tree()];
  await tree.append(await merkle.leafHash(first));
  for (const entry of rest) {
    await fold.take(state, tree, entry);
    await tree.append(await merkle.leafHash(entry));
  }
  return state;
};

const judges = {
  accord: ({ versions, timeline, instants }) => {
    const read = accordsOf(versions);
    return { verdicts: instants.map((at) => evaluate(read, timeline, at)) };
  },
  determined: async ({ versions, timeline, accord }) => ({ determined: await determinedOf(accordsOf(versions), timeline, accord) }),
  instants: ({ tables, asked }) => {
    const instants = new Instants(tables);
    return { at: asked.map(([deadline, event]) => instants.at(deadline, event)) };
  },
  key: ({ text }) => note.parseKey(text),
  note: async ({ data, keys: texts }) => {
    const lines = await note.verifyNote(note.parseNote(raw(data)), await keysOf(texts));
    return { lines: lines.map(({ key, seconds }) => `${key.name} ${seconds ?? ""}`.trim()) };
  },
  checkpoint: ({ text }) => {
    const { origin, size, root } = note.parseCheckpoint(bytes.textOf(raw(text)));
    return { origin, size: String(size), root: bytes.hex(root) };
  },
  head: async ({ data, origin, key, witnesses }) => {
    const head = await log.verifyHead(raw(data), { logs: await keysOf([key]), witnesses: await keysOf(witnesses) }, origin);
    return { size: String(head.size), times: head.cosignatures.map(({ seconds }) => String(seconds)) };
  },
  proven: async ({ data, entry, origin, key }) => {
    const proven = await log.verifyProof(raw(data), { logs: await keysOf([key]), witnesses: [] }, { entry: entry ? raw(entry) : null, origin });
    return { size: String(proven.size), index: String(proven.index) };
  },
  grown: async ({ earlier, later, proof, origin, key }) => {
    const trusted = { logs: await keysOf([key]), witnesses: [] };
    return { size: String((await log.verifyConsistency(raw(earlier), raw(later), proof.map(raw), trusted, origin)).size) };
  },
  inclusion: ({ index, size, leaf, proof, root }) =>
    merkle.checkInclusion(BigInt(index), BigInt(size), raw(leaf), proof.map(raw), raw(root)),
  consistency: ({ old, size, proof, oldRoot, root }) =>
    merkle.checkConsistency(BigInt(old), BigInt(size), proof.map(raw), raw(oldRoot), raw(root)),
  roots: async ({ entries }) => {
    const tree = new trees.Tree();
    const roots = [bytes.hex(await tree.rootAt())];
    for (const entry of entries) {
      await tree.append(await merkle.leafHash(raw(entry)));
      roots.push(bytes.hex(await tree.rootAt()));
    }
    // Every earlier size again, from the grown tree.
    const again = await Promise.all(roots.map((_, size) => tree.rootAt(size)));
    const tiles = [...tree.tiles()].map(({ level, index, width, bytes: data }) => [trees.tilePath(level, index, width), bytes.hex(data)]);
    return { roots, again: again.map(bytes.hex), tiles };
  },
  leaves: async ({ entries }) => ({ leaves: (await Promise.all(entries.map((entry) => merkle.leafHash(raw(entry))))).map(bytes.hex) }),
  entries: ({ data, width }) => ({ entries: trees.entriesOf(raw(data), width, "").map((entry) => Buffer.from(entry).toString("base64")) }),
  tile: ({ level, index, width }) => ({ path: trees.tilePath(level, index, width) }),
  signature: async ({ key, message, signature }) => {
    if (!(await ed25519.verifySignature(raw(key), raw(message), raw(signature)))) bytes.refuse("signature");
  },
  row: ({ table, group, data, language }) => {
    const cells = columns.readGroup(table, group, raw(data), "");
    const plain = (value) => {
      if (value instanceof Uint8Array) return { hex: bytes.hex(value) };
      if (Array.isArray(value)) return value.map(plain);
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
    };
    if (language) return { written: columns.written(cells, language) };
    return { cells: cells.map(({ name, value }) => [name, plain(value)]) };
  },
  // What a revealed finding says, by its parts; the sentences come first, by the request `sentences`.
  sentences: ({ told }) => void Object.assign(sentences.SENTENCES, told),
  finding: ({ parts, language }) => {
    const read = parts.map(({ name, data }) => ({ name, cells: columns.readGroup("finding_parts/1", name, raw(data), "") }));
    return { parts: read.map((part) => [finding.tell(language, `shown.part.${part.name}`), finding.linesOf(part, language)]) };
  },
  render: ({ sentence, values, language }) => {
    sentences.SENTENCES["test.sentence"] = [sentence, sentence];
    const given = Object.entries(values).map(([name, { number, text }]) => [name, text ?? (number === null ? null : BigInt(number))]);
    return { said: finding.tell(language, "test.sentence", Object.fromEntries(given)) };
  },
  incidents: async ({ data, options }) => {
    const { mission, rows } = await verifier.verify(raw(data), { ...options, rooms });
    const said = ({ incidents, found }) => incidents.map(({ claims }) => findingsFor(claims, found, rows, options.language));
    return { told: mission.accords.map(said) };
  },
  // The claims of each incident, and for each the places of the findings (revealed as `spans`) that bear on it.
  claims: ({ timeline, accord, opened, spans }) => {
    const made = incidentsOf(timeline, accord, new Map(Object.entries(opened)));
    const rows = spans.map((span) => ({ table: "finding_parts/1", shown: [{ name: "what", cells: Object.entries(span).map(([name, value]) => ({ name, value })) }] }));
    return { incidents: made.map(({ id, claims }) => ({ id, claims: claims.map((each) => ({ ...each, bearing: bearingOn(each, rows).map((row) => rows.indexOf(row)) })) })) };
  },
  told: ({ claims, found, language }) => ({ lines: findingsFor(claims, found, [], language) }),
  // What a reader of the page reads of one accord: a line for each sentence and each row of a table.
  drawn: ({ said, language }) => {
    const t = (key, values) => words.say(language, key, values);
    const element = (tag, _, ...children) => children.map(String).join("\n");
    const table = (caption, heads, rows) => [t(caption), heads.map((head) => t(head)), ...rows].map((row) => [row].flat().join(" | ")).join("\n");
    const time = (seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
    const drawn = ROOM.draw(said, { element, table, t, time, language, rows: said.rows ?? [] });
    return { lines: drawn.flatMap((each) => each.split("\n")) };
  },
  canonical: ({ data }) => ({ again: Buffer.from(canonicalJson.canonical(canonicalJson.parseCanonical(raw(data)))).toString("base64") }),
  proof: ({ data }) => {
    const { index, hashes, checkpoint } = note.parseProof(raw(data));
    return { index: String(index), hashes: hashes.map(bytes.hex), checkpoint: Buffer.from(checkpoint).toString("base64") };
  },
  policy: async ({ text, data }) => {
    const { logs, witnesses, quorum } = await policy.parsePolicy(text);
    const head = note.parseNote(raw(data));
    const lines = await note.verifyNote(head, [...logs, ...witnesses]);
    const signed = lines.map((line) => line.key);
    if (!logs.some((key) => signed.includes(key)) || !(quorum === null || quorum(signed))) bytes.refuse("quorum");
  },
  statement: async ({ data }) => {
    const { digest, type, chain, signatures } = await statements.parseStatement(raw(data));
    return { digest, type, party: chain?.party ?? "", signatures: signatures.length };
  },
  body: ({ type, data }) => {
    const read = canonicalJson.parseCanonical(raw(data));
    if (!{ ...shapes.BODIES, ...ROOM.bodies }[type](read)) bytes.refuse("body");
  },
  genesis: async ({ data }) => ({ digest: (await statements.readGenesis(raw(data))).digest }),
  accords: async ({ entries, files }) => {
    const held = new Map(Object.entries(files).map(([name, data]) => [name, raw(data)]));
    return { accords: await ROOM.judge(held, await folded(entries)) };
  },
  timeline: async ({ entries }) => ({ timeline: timelineOf(await folded(entries)) }),
  fold: async ({ entries }) => {
    const state = await folded(entries);
    return {
      counts: state.counts,
      chains: Object.fromEntries([...state.chains].filter(([, chain]) => chain.length)),
      void: state.void.map(({ index, reason, party, type }) => [index, reason, party, type]),
      unknown: state.unknown.map(({ index, party, type }) => [index, party, type]),
      members: Object.fromEntries([...state.members].map(([party, member]) => [party, [member.role, member.keys]])),
      appender: state.appender,
      seals: state.seals.map(({ index, size, timeS, agreed }) => [index, size, timeS, agreed]),
      silent: seals.silentWitnesses(state).map(({ party, sinceS, ageS }) => [party, sinceS, ageS]).sort(),
      wrong: seals.wrongClocks(state).map(({ entry, party, offS, proven }) => [entry, party, offS, proven]),
      withheld: rules.withheld(state).map(({ party, seq, by, sinceS }) => [party, seq, by, sinceS]),
      stolen: keys.reportedStolen(state).flatMap(({ key, entries: at }) => at.map((index) => `${index} ${key}`)).sort(),
    };
  },
  verify: async ({ data, options }) => {
    const [entry, earlier] = [options.entry, options.earlier].map((text) => (text ? raw(text) : null));
    const { kind, verdict, steps, mission, simulated, rows } = await verifier.verify(raw(data), { ...options, entry, earlier, rooms });
    const last = steps.at(-1);
    return { kind, verdict, step: last?.name ?? "", problem: last?.problem ?? "", mission, simulated, rows };
  },
};

const answers = [];
for (const { judge, ...request } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    answers.push({ ok: true, ...(await judges[judge](request)) });
  } catch (error) {
    answers.push(error instanceof bytes.Refusal ? { ok: false, problem: error.problem } : { defect: String(error.stack) });
  }
}
process.stdout.write(JSON.stringify(answers));
