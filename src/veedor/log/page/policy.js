// Whom to believe about a head: a trust policy (c2sp.org/tlog-policy), or plain keys, one a line, all of which must sign.

import { refuse } from "./bytes.js";
import { LOG_KEY, parseKey, WITNESS_KEY } from "./note.js";

const MOST_LINES = 1000;

/** {logs, witnesses, quorum}: `quorum(keys)` says whether cosignatures by these keys are enough; null where none are asked for. */
export async function parsePolicy(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  if (lines.length > MOST_LINES) refuse("policy", { expected: MOST_LINES, found: lines.length });
  return /^(log|witness|group|quorum)[ \t]/.test(lines[0] ?? "") ? policyOf(lines) : keysOf(lines);
}

async function keysOf(lines) {
  const keys = await Promise.all(lines.map(parseKey));
  const witnesses = keys.filter((key) => key.algorithm === WITNESS_KEY);
  const quorum = witnesses.length ? (signed) => witnesses.every((key) => signed.includes(key)) : null;
  return { logs: keys.filter((key) => key.algorithm === LOG_KEY), witnesses, quorum };
}

async function policyOf(lines) {
  const [logs, witnesses, groups] = [[], [], new Map()];
  const members = new Set();
  let quorum;
  const wrong = (line) => refuse("policy", { found: line });
  const define = (name, test, line) => {
    if (name === "none" || groups.has(name)) wrong(line);
    groups.set(name, test);
  };
  const addKey = async (list, algorithm, words, line) => {
    const key = await parseKey(words[0] ?? "");
    if (words.length > 2 || key.algorithm !== algorithm) wrong(line);
    if (list.some((other) => String(other.publicKey) === String(key.publicKey))) wrong(line);
    list.push(key);
    return key;
  };
  for (const line of lines) {
    const [kind, ...words] = line.split(/[ \t]+/);
    if (kind === "log") await addKey(logs, LOG_KEY, words, line);
    else if (kind === "witness") {
      const key = await addKey(witnesses, WITNESS_KEY, words.slice(1), line);
      define(words[0], (signed) => signed.includes(key), line);
    } else if (kind === "group") {
      const [name, threshold, ...names] = words;
      const least = { all: names.length, any: 1 }[threshold] ?? (/^[1-9][0-9]{0,3}$/.test(threshold) ? Number(threshold) : 0);
      if (!names.length || !(1 <= least && least <= names.length)) wrong(line);
      const tests = names.map((each) => {
        if (!groups.has(each) || members.has(each)) wrong(line);
        members.add(each);
        return groups.get(each);
      });
      define(name, (signed) => tests.filter((test) => test(signed)).length >= least, line);
    } else if (kind === "quorum" && quorum === undefined && words.length === 1) {
      quorum = words[0] === "none" ? null : (groups.get(words[0]) ?? wrong(line));
    } else wrong(line);
  }
  if (quorum === undefined) refuse("policy", { expected: "quorum NAME", found: "" });
  return { logs, witnesses, quorum };
}
