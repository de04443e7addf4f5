// What decides over accords, alone: the folder on the command line, a JSON list of requests on stdin; on stdout, for each,
// what was decided, by nothing but the state that the engine leaves behind.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { decide } = await import(pathToFileURL(join(process.argv[2], "engine.js")));
const plain = (value) => value && typeof value === "object" && !Array.isArray(value);
const bare = (key, value) => (plain(value) ? Object.assign(Object.create(null), value) : value);
const stands = ({ name, state, since }) => [name, state, since];

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ versions, timeline, at }) => {
  const loaded = versions.map(({ text, digest }) => ({ accord: JSON.parse(text, bare), digest }));
  const engine = decide(loaded, timeline, at);
  const occurrences = [...engine.obligations.values()].flatMap((rule) => rule.occurrences);
  return {
    ended: engine.versions.ended,
    versions: engine.versions.all.map(({ digest, reached }) => [digest, reached]),
    parties: [...engine.versions.participants.values()].map(({ party, state, since }) => [party, state, since]).sort(),
    occurrences: occurrences.map((each) => [...stands({ ...each, name: each.all.name }), each.beneath, each.withheldBy]),
    measures: [...engine.measures.values()].filter(({ running }) => running).map(stands),
    ignored: engine.ignored.map(({ digest, reason }) => [digest, reason]),
  };
});
process.stdout.write(JSON.stringify(answers));
