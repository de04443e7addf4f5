// A verdict as the page shows it: obligations, measures with both columns side by side, who has left, notices, and what
// would follow.

const MOST_UPCOMING = 20;
const OVER = ["proposed", "lapsed", "snapped_back"];

// Elements for a page that gives its means: `table(caption, heads, rows)`, `element`, words by `t`, times by `time`.
// `survives`: what goes on after the end of the accord; undefined before its end.
export function draw({ verdict, survives }, { element, table, t, time }) {
  const { accord, at_us, state, obligations, measures, parties, upcoming } = verdict;
  // What has not begun stands since 0.
  const at = (instant) => (instant ? time(Math.floor(instant / 1_000_000)) : "");
  const word = (kind, name) => t(`${kind}.${name}`);
  const withheld = (each) => [...new Set(each.occurrences.flatMap((one) => one.withheld_by))].join(", ");
  const due = ({ occurrences, state }) => at(occurrences.findLast((each) => each.state === state)?.due_us ?? null);
  const owed = obligations.map((one) => [
    one.id, `${one.debtor} → ${one.creditor}`, word("state", one.state), at(one.since_us), due(one), withheld(one),
  ]);
  const given = measures.map((each) => [
    each.id, `${each.by} → ${each.to}`, word("state", each.state), at(each.since_us), word("did", each.did),
    each.difference ? t("accord.days", { days: Math.floor(each.difference.age_us / 86_400_000_000) }) : "",
  ]);
  // A notice of snapback: what becomes of it, and who can still stop that.
  const snapback = (rule, { party, since_us, takes_effect_us, consents, needed }) => {
    const what = needed === null ? "final" : consents.length < needed ? "pending" : "stays";
    const [since, takesEffect] = [at(since_us), at(takes_effect_us)];
    const [given, names] = [consents.length, consents.join(", ") || "–"];
    return t(`accord.snapback.${what}`, { rule, party, since, time: takesEffect, needed, given, consents: names });
  };
  const threats = measures.filter((each) => !OVER.includes(each.state))
    .flatMap(({ id, notices }) => notices.map((each) => snapback(id, each)));
  const LATER = { takes_part: ["suspended", "withdrawn"], suspended: ["withdrawn"], withdrawn: [] };
  const stances = parties.flatMap(({ party, participates, since_us, notices }) => [
    ...(participates === "takes_part" ? [] : [t(`accord.out.${participates}`, { party, since: at(since_us) })]),
    ...notices.filter(([next]) => LATER[participates].includes(next))
      .map(([next, instant]) => t(`accord.leaving.${next}`, { party, at: at(instant) })),
  ]);
  const notices = [...stances, ...threats].map((each) => element("li", "", each));
  const called = ({ rule, occurrence: number }) => (number ? t("accord.number", { rule, number }) : rule);
  const becomes = ({ kind, what }) => word(["obligation", "measure"].includes(kind) ? "state" : "due", what);
  // A state that is left at the instant at which it is entered is not shown.
  const key = (each) => each && `${each.at_us} ${each.kind} ${called(each)}`;
  const stay = upcoming.filter((each, place) => key(each) !== key(upcoming[place + 1])).slice(0, MOST_UPCOMING);
  const coming = stay.map((each) => [at(each.at_us), called(each), becomes(each)]);
  const owing = ["accord.rule", "accord.owed", "accord.state", "accord.since", "accord.deadline", "accord.withheld"];
  const granted = ["accord.rule", "accord.parties", "accord.follows", "accord.since", "accord.did", "accord.differs"];
  return [
    element("h3", "", t("accord.title", { accord, state: word("state", state), time: at(at_us) })),
    ...(survives ? [element("p", "help", t("accord.survives", { ids: survives.join(", ") || t("none") }))] : []),
    table("accord.obligations", owing, owed),
    ...(given.length ? [table("accord.measures", granted, given)] : []),
    ...(notices.length ? [element("ul", "notices", ...notices)] : []),
    ...(coming.length ? [table("accord.upcoming", ["accord.when", "accord.rule", "accord.what"], coming)] : []),
  ];
}
