// The way a rule says that an entry does not count: it stays in the log, is shown with its reason, and changes nothing.

export class Void extends Error {}

export function voidIf(wrong, reason) {
  if (wrong) throw new Void(reason);
}
