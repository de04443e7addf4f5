// The page around the verifier: asks for the digest and the file, and draws the verdict. All text is set as text, never as HTML.

import { written } from "./columns.js";
import { linesOf, tell } from "./finding.js";
import { FINDINGS } from "./reveal.js";
import { ROOMS } from "./rooms.js";
import { verify } from "./verdict.js";
import { say } from "./words.js";

const by = (id) => document.getElementById(id);
let language = document.documentElement.lang;
let report = null;
let dropped = null;

/** An element with its class, its text or its children. */
function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null));
  return made;
}

const t = (key, values) => say(language, key, values);
const time = (seconds) => (seconds === null ? t("unsealed") : new Date(seconds * 1000).toISOString().replace(".000Z", "Z"));

/** What a step expected or found: text as it is, or a sentence with its values. */
function shown(value) {
  if (typeof value !== "object") return value;
  return t(`said.${value.said}`, "time" in value ? { ...value, time: time(value.time) } : value);
}

function speak() {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = t(each.dataset.say);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", t(each.dataset.label));
  for (const each of ["en", "es"]) by(each).setAttribute("aria-pressed", String(each === language));
  const named = (file) => (file ? t("chosen", { name: file.name, bytes: file.size.toLocaleString(language) }) : "");
  by("chosen").textContent = named(chosen());
  for (const each of ["earlier", "entry"]) by(`${each}-chosen`).textContent = named(by(each).files[0]);
  if (report) draw();
}

const chosen = () => dropped ?? by("file").files[0] ?? null;
const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

async function check() {
  const file = chosen();
  if (!file) {
    by("file").focus();
    return;
  }
  by("check").disabled = true;
  by("check").textContent = t("checking");
  const [earlier, entry] = ["earlier", "entry"].map((each) => by(each).files[0]);
  report = await verify(await bytesOf(file), {
    trust: by("trust").value,
    policy: by("policy").value.replace(/[^\n]$/, "$&\n"),
    origin: by("origin").value,
    earlier: earlier ? await bytesOf(earlier) : null,
    entry: entry ? await bytesOf(entry) : null,
    rooms: ROOMS,
  });
  by("check").disabled = false;
  by("more").open ||= report.kind === "proof" || report.kind === "checkpoint";
  speak();
  by("result").focus();
}

function draw() {
  const { verdict, kind, reason, steps, mission, simulated } = report;
  const name = verdict.replace(" ", "_");
  const family = { bundle: "bundle", reveal: "reveal" }[kind] ?? "head";
  const meaning = { failed: "meaning.failed", cannot: `meaning.${reason}` }[verdict] ?? `meaning.${family}.${name}`;
  by("simulated").hidden = !simulated;
  by("simulated").textContent = t("simulated");
  by("result").hidden = false;
  by("result").replaceChildren(
    element("h2", "", t("result")),
    element("div", `verdict ${name}`, element("strong", "", t(`verdict.${name}`)), element("p", "", t(meaning))),
    ...(steps.length ? [element("h2", "", t("steps")), element("ol", "steps", ...steps.map(drawStep))] : []),
    ...(mission && verdict !== "failed" ? drawMission(mission) : []),
    ...(report.rows.length ? drawRows(report.rows) : []),
  );
}

function drawStep({ name, ok, file, expected, found, problem }) {
  const [mark, state] = { true: ["✓", "ok"], false: ["✗", "failed"], null: ["–", name === "agreement" || name === "cosigners" ? "open" : "nothing"] }[ok];
  const sign = element("span", "mark", mark);
  sign.setAttribute("aria-hidden", "true");
  const rows = [["file", file], ["expected", shown(expected)], ["found", shown(found)]].filter(([, value]) => value !== "");
  return element(
    "li",
    `step ${state}`,
    element("p", "name", sign, " ", t(`step.${name}`), ": ", element("b", "", t(state))),
    problem ? element("p", "problem", t(`problem.${problem}`)) : null,
    element("dl", "", ...rows.flatMap(([label, value]) => [element("dt", "", t(label)), element("dd", "mono", value)])),
  );
}

function table(caption, heads, rows) {
  const kinds = (rows[0] ?? []).map((cell) => (typeof cell === "number" ? "number" : ""));
  const row = (tag, cells) => element("tr", "", ...cells.map((cell, at) => element(tag, kinds[at], String(cell))));
  return element(
    "div",
    "scroll",
    element("table", "", element("caption", "", t(caption)), element("thead", "", row("th", heads.map((head) => t(head)))), element("tbody", "", ...rows.map((cells) => row("td", cells)))),
  );
}

/** "deposit (deposit/1)" for a type of this house, the type itself for any other. */
function typeName(urn) {
  const [, name, number] = /^urn:veedor:(\w+):(\d+)$/.exec(urn) ?? [];
  const word = t(`type.${name}`);
  if (!name) return urn;
  return word === `type.${name}` ? `${name}/${number}` : `${word} (${name}/${number})`;
}

function drawMission(mission) {
  const facts = [["mission", mission.name], ["origin", mission.origin], ["genesis", mission.genesis], ["size", mission.size.toLocaleString(language)], ["root", mission.root]];
  const members = mission.members.map(({ party, role, statements }) => [
    party,
    t(`role.${role}`) + (party === mission.appender ? `, ${t("appends")}` : ""),
    statements,
    t(mission.cosigned.includes(party) ? "yes" : "no"),
  ]);
  const notices = [
    ...(mission.frozen ? [t("frozen")] : []),
    ...mission.silent.map(({ party, sinceS, ageS }) => t("silent", { party, time: time(sinceS), hours: Math.floor(ageS / 3600) })),
    ...mission.wrongClocks.map(({ party, entry, offS, proven }) => t(proven ? "wrong_clock_proven" : "wrong_clock", { party, entry, seconds: Math.abs(offS) })),
    ...mission.withheld.map(({ sinceS, ...receipt }) => t("withheld", { ...receipt, time: time(sinceS) })),
    ...mission.stolen.map(({ party, entries }) => t("stolen", { party, entries: entries.join(", ") || t("none") })),
  ];
  return [
    element("h2", "", t("contents")),
    element("dl", "facts", ...facts.flatMap(([label, value]) => [element("dt", "", t(label)), element("dd", "mono", value)])),
    ...(notices.length ? [element("h3", "", t("notices")), element("ul", "notices", ...notices.map((each) => element("li", "", each)))] : []),
    ...ROOMS.flatMap((room) => (mission[room.name] ?? []).flatMap((said) => room.draw(said, { element, table, t, time, language, rows: report.rows }))),
    table("members", ["party", "role", "member_statements", "cosigned"], members),
    table("statements", ["kind", "count"], Object.entries(mission.counts).sort().map(([urn, count]) => [typeName(urn), count])),
    ...(mission.void.length ? [table("void", ["entry", "party", "kind", "reason"], mission.void.map((each) => [each.index, each.party, typeName(each.type), t(`void.${each.reason}`)]))] : []),
    ...(mission.unknown.length ? [table("unknown", ["entry", "party", "kind"], mission.unknown.map((each) => [each.index, each.party, typeName(each.type)]))] : []),
  ];
}

/** The bytes of a part: as text where they are, else in hex. */
function readable(bytes) {
  const text = new TextDecoder().decode(bytes).trimEnd();
  const plain = !/[^\P{C}\n\t]|\ufffd/u.test(text);
  return plain ? text : Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** A field group by its columns, or the bytes of the row in the file. */
function drawPart({ name, data, cells }) {
  const lines = cells ? written(cells, language).map(([column, value]) => [column, typeof value === "string" ? value : readable(value)]) : [["", readable(data)]];
  const rows = lines.flatMap(([column, value]) => [element("dt", "", column), element("dd", "mono", value)]);
  return [element("p", "part", t(`part.${name}`)), lines.length ? element("dl", "", ...rows) : element("p", "help", t("empty"))];
}

/** A field group of a finding, in sentences. */
function drawFinding(part) {
  const rows = linesOf(part, language).flatMap(([label, sentence]) => [element("dt", "", label), element("dd", "", sentence)]);
  return [element("p", "part", tell(language, `shown.part.${part.name}`)), element("dl", "", ...rows)];
}

function drawRow({ file, tree, table, row, shown, withheld }) {
  const isFinding = table === FINDINGS;
  const named = (name) => (isFinding ? tell(language, `shown.part.${name}`) : t(`part.${name}`));
  const title = isFinding ? tell(language, "shown.finding", { row: BigInt(row) }) : t("row", { row, table, tree: t(`tree.${tree}`) });
  return element(
    "div",
    "step",
    element("p", "name", title, file ? ` · ${file}` : ""),
    ...(isFinding ? shown.flatMap(drawFinding) : [...shown].reverse().flatMap(drawPart)),
    withheld.length ? element("p", "help", t("kept_back", { parts: withheld.map(named).join(", ") })) : null,
  );
}

const drawRows = (rows) => [element("h2", "", t("rows")), ...rows.map(drawRow)];

for (const each of ["en", "es"]) {
  by(each).addEventListener("click", () => {
    language = each;
    speak();
  });
}
by("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
by("file").addEventListener("change", () => {
  dropped = null;
  speak();
});
for (const each of ["earlier", "entry"]) by(each).addEventListener("change", speak);
// A file dropped anywhere else would open in place of the page.
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
by("drop").addEventListener("drop", (event) => {
  dropped = event.dataTransfer.files[0] ?? dropped;
  speak();
});
speak();
