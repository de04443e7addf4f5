// Bundles: ZIP files of one plain form (docs/formats/bundle.md), so that no two readers can see different contents.
//
// Members follow each other from the first byte on, without gaps, in the order of their names, and the directory lists
// the same ones; nothing stands before, between or behind. Sizes are taken from the directory, and held to limits before
// anything is unpacked; a member's own header either says the same, or leaves them to a descriptor behind the data.

import { equal, refuse, textOf } from "../../log/page/bytes.js";

const LARGEST_MEMBER = 64 * 2 ** 20;
const LARGEST_WHOLE = 512 * 2 ** 20;
const LARGEST_RATIO = 100;
const NAME = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;
const [DESCRIBED, UTF8_NAME] = [0x8, 0x800];

/** The members of a bundle by name; `read(name)` unpacks one and checks its length and CRC-32. */
export class Bundle {
  #members = new Map();
  #bytes;

  constructor(bytes) {
    this.#bytes = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = bytes.length - 22;
    need(end >= 0 && view.getUint32(end, true) === 0x06054b50, "end of directory");
    const [disk, here, count, length, start] = numbers(view, end + 4, 4, 2, 2, 4, 4);
    need(disk === 0 && here === count && start + length === end && !view.getUint16(end + 20, true), "end of directory");
    let [at, local, whole, last] = [start, 0, 0, ""];
    for (let member = 0; member < count; member += 1) {
      const entry = directoryEntry(bytes, view, at, end);
      const { name, size } = entry;
      if (name <= last) refuse("bundle_order", { expected: `> ${last}`, found: name });
      whole += size;
      if (size > LARGEST_MEMBER || whole > LARGEST_WHOLE || size > LARGEST_RATIO * Math.max(entry.packed, 64)) {
        refuse("bundle_too_large", { file: name, expected: "64 MiB, 512 MiB, 100:1", found: `${entry.packed} → ${size}` });
      }
      need(entry.local === local, name);
      const data = localHeader(bytes, view, entry, start);
      this.#members.set(name, { ...entry, data });
      [at, local, last] = [entry.next, data[1] + (entry.flags & DESCRIBED ? 16 : 0), name];
    }
    need(at === end && local === start, "directory");
  }

  get names() {
    return [...this.#members.keys()];
  }

  has(name) {
    return this.#members.has(name);
  }

  async read(name) {
    const { method, crc, size, data } = this.#members.get(name) ?? refuse("missing_file", { file: name });
    const packed = this.#bytes.subarray(...data);
    const bytes = method === 0 ? packed : await inflate(packed, size, name);
    if (bytes.length !== size || crc32(bytes) !== crc) refuse("bundle_damaged", { file: name });
    return bytes;
  }
}

function need(right, found) {
  if (!right) refuse("not_a_bundle", { found });
}

/** Little-endian numbers of these lengths in bytes, one after the other. */
function numbers(view, at, ...lengths) {
  return lengths.map((length) => {
    const value = length === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    at += length;
    return value;
  });
}

function directoryEntry(bytes, view, at, end) {
  need(at + 46 <= end && view.getUint32(at, true) === 0x02014b50, "directory");
  const [flags, method, , crc, packed, size] = numbers(view, at + 8, 2, 2, 4, 4, 4, 4);
  const [nameLength, extra, comment, disk, , attributes, local] = numbers(view, at + 28, 2, 2, 2, 2, 2, 4, 4);
  const nameBytes = bytes.subarray(at + 46, at + 46 + nameLength);
  const name = textOf(nameBytes);
  if (!NAME.test(name) || name.length > 200) refuse("bundle_path", { found: name });
  if (method !== 0 && method !== 8) refuse("bundle_method", { file: name, expected: "0, 8", found: method });
  const isFile = [0, 0o100000].includes((attributes >>> 16) & 0o170000);
  need(isFile && !(flags & ~(DESCRIBED | UTF8_NAME)) && !extra && !comment && !disk, name);
  return { name, nameBytes, flags, method, crc, packed, size, local, next: at + 46 + nameLength };
}

/** Where a member's bytes begin and end; refused unless its own header says what the directory says. */
function localHeader(bytes, view, { name, nameBytes, flags, method, crc, packed, size, local }, start) {
  const begin = local + 30 + nameBytes.length;
  const end = begin + packed;
  const sizes = [crc, packed, size];
  need(end + (flags & DESCRIBED ? 16 : 0) <= start, name);
  const [signature, , saidFlags, saidMethod, , ...rest] = numbers(view, local, 4, 2, 2, 2, 4, 4, 4, 4, 2, 2);
  const expected = [...(flags & DESCRIBED ? [0, 0, 0] : sizes), nameBytes.length, 0];
  const sameHead = signature === 0x04034b50 && saidFlags === flags && saidMethod === method;
  need(sameHead && rest.join() === expected.join() && equal(bytes.subarray(local + 30, begin), nameBytes), name);
  if (flags & DESCRIBED) need(numbers(view, end, 4, 4, 4, 4).join() === [0x08074b50, ...sizes].join(), name);
  return [begin, end];
}

/** Unpacks no more than the size that was stated. */
async function inflate(packed, size, file) {
  const unpacked = new Uint8Array(size);
  let at = 0;
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > size) {
        await reader.cancel();
        at = -1;
        break;
      }
      unpacked.set(part.value, at);
      at += part.value.length;
    }
  } catch {
    at = -1;
  }
  return at === size ? unpacked : refuse("bundle_damaged", { file });
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
