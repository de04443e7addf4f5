// What decides over accords, alone: the folder on the command line, a JSON list of requests on stdin; on stdout, for each,
// every state that was decided, by nothing but what the engine leaves behind.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const load = (name) => import(pathToFileURL(join(process.argv[2], `${name}.js`)));
const { decide } = await load("engine");
const plain = (value) => value && typeof value === "object" && !Array.isArray(value);
const bare = (key, value) => (plain(value) ? Object.assign(Object.create(null), value) : value);
const stands = ({ state, since_us }) => [state, since_us];

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ versions: texts, timeline, at }) => {
  const loaded = texts.map(({ text, digest }) => ({ accord: JSON.parse(text, bare), digest }));
  const { ignored, measures, obligations, versions } = decide(loaded, timeline, at);
  const rules = [...obligations.values()];
  const { accord: { measures: written } } = versions.governing ?? versions.all.at(-1);
  const reliefs = [...measures.values()].filter(({ name, running }) => running || name in written);
  return {
    accord: stands(versions),
    versions: versions.all.map((each) => [each.digest, ...stands(each)]),
    parties: [...versions.participants.values()].map((each) => [each.name, ...stands(each)]),
    occurrences: rules.flatMap(({ name, occurrences }) =>
      occurrences.map((each) => [name, ...stands(each), each.beneath, each.withheld_by]),
    ),
    measures: reliefs.map((each) => [each.name, ...stands(each), each.differsSince(), each.marks()]),
    ignored: ignored.map(({ digest, reason }) => [digest, reason]),
  };
});
process.stdout.write(JSON.stringify(answers));
