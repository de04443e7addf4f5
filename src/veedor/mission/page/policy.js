// Whom to believe about a head: a trust policy (c2sp.org/tlog-policy), or plain keys, one a line, all of which must sign.

import { refuse } from "../../log/page/bytes.js";
import { LOG_KEY, parseKey, WITNESS_KEY } from "../../log/page/note.js";

const MOST_DEFINED = 64;

/** {logs, witnesses, quorum}: `quorum(keys)` says whether cosignatures by these keys are enough; null where none are asked for. */
export async function parsePolicy(text) {
  if (text.length > 256 * 1024) refuse("policy", { expected: "256 KiB", found: text.length });
  const lines = text.split("\n").map((line) => line.replace(/^[ \t]+|[ \t]+$/g, ""));
  const rest = lines.pop();
  const meant = lines.filter((line) => line && !line.startsWith("#"));
  const isPolicy = /^(log|witness|group|quorum)([ \t]|$)/.test(meant[0] ?? "");
  if (isPolicy && (rest !== "" || /[\x00-\x08\x0b-\x1f\x7f]/.test(text))) refuse("policy", { found: rest });
  return isPolicy ? policyOf(meant) : keysOf(rest ? [...meant, rest] : meant);
}

async function keysOf(lines) {
  const keys = await Promise.all(lines.map(parseKey));
  const witnesses = keys.filter((key) => key.algorithm === WITNESS_KEY);
  const quorum = witnesses.length ? (signed) => witnesses.every((key) => signed.includes(key)) : null;
  return { logs: keys.filter((key) => key.algorithm === LOG_KEY), witnesses, quorum };
}

async function policyOf(lines) {
  const [logs, witnesses, tests] = [[], [], new Map()];
  const [members, groups] = [new Set(), new Set()];
  let quorum;
  let line;
  const must = (right) => right || refuse("policy", { found: line });
  const define = (name, test) => {
    must(name && name !== "none" && !tests.has(name));
    tests.set(name, test);
  };
  const addKey = async (keys, algorithm, [text, ...url]) => {
    const key = await parseKey(text ?? "");
    const isNew = !keys.some((other) => String(other.publicKey) === String(key.publicKey));
    must(url.length <= 1 && key.algorithm === algorithm && isNew && keys.push(key) <= MOST_DEFINED);
    return key;
  };
  const group = (name, threshold, ...names) => {
    const least = { all: names.length, any: 1 }[threshold] ?? Number(/^[1-9][0-9]{0,2}$/.exec(threshold));
    must(1 <= least && least <= names.length && groups.add(name).size <= MOST_DEFINED);
    const parts = names.map((each) => {
      must(tests.has(each) && members.size < members.add(each).size);
      return tests.get(each);
    });
    define(name, (signed) => parts.filter((test) => test(signed)).length >= least);
  };
  for (line of lines) {
    const [kind, ...words] = line.split(/[ \t]+/);
    if (kind === "log") await addKey(logs, LOG_KEY, words);
    else if (kind === "witness") {
      const key = await addKey(witnesses, WITNESS_KEY, words.slice(1));
      define(words[0], (signed) => signed.includes(key));
    } else if (kind === "group") group(...words);
    else {
      const [name, ...more] = words;
      must(kind === "quorum" && quorum === undefined && !more.length && (name === "none" || tests.has(name)));
      quorum = name === "none" ? null : tests.get(name);
    }
  }
  if (quorum === undefined) refuse("policy", { expected: "quorum NAME" });
  return { logs, witnesses, quorum };
}
