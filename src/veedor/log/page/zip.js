// Bundles: ZIP files of one plain form (docs/formats/bundle.md), so that no two readers can see different contents.
//
// Members follow each other from the first byte on, without gaps, in the order of their names, and the directory lists
// the same ones; nothing stands before, between or behind. Sizes are known before anything is unpacked.

import { hex, refuse, textOf } from "./bytes.js";

const MOST_MEMBERS = 65_534;
const LARGEST_MEMBER = 64 * 2 ** 20;
const LARGEST_WHOLE = 512 * 2 ** 20;
const LARGEST_RATIO = 200;
const NAME = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;

/** The members of a bundle by name; `read(name)` unpacks one and checks its length and CRC-32. */
export class Bundle {
  #members = new Map();
  #bytes;

  constructor(bytes) {
    this.#bytes = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = bytes.length - 22;
    const wrong = (found) => refuse("not_a_bundle", { found });
    if (end < 0 || view.getUint32(end, true) !== 0x06054b50 || view.getUint16(end + 20, true)) wrong("end of directory");
    const [count, length, start] = [view.getUint16(end + 10, true), view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
    const here = view.getUint16(end + 8, true);
    if (view.getUint32(end + 4, true) || here !== count || count > MOST_MEMBERS || start + length !== end) wrong("directory");
    let [at, local, whole, last] = [start, 0, 0, ""];
    for (let member = 0; member < count; member += 1) {
      if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) wrong("directory");
      const field = (offset, bits = 32) => (bits === 16 ? view.getUint16(at + offset, true) : view.getUint32(at + offset, true));
      const nameLength = field(28, 16);
      const nameBytes = bytes.subarray(at + 46, at + 46 + nameLength);
      const name = textOf(nameBytes);
      const [method, crc, packed, size] = [field(10, 16), field(16), field(20), field(24)];
      if (!NAME.test(name) || name.length > 200) refuse("bundle_path", { found: name });
      if (name <= last) refuse("bundle_order", { expected: `> ${last}`, found: name });
      // Flags (but the mark of UTF-8 names), extra fields, comments, other disks, attributes of links.
      if (field(8, 16) & ~0x800 || field(30, 16) || field(32, 16) || field(34, 16)) wrong(name);
      if ((field(38) >>> 16) & 0o170000 & ~0o100000) wrong(name);
      if (method !== 0 && method !== 8) refuse("bundle_method", { file: name, expected: "0, 8", found: method });
      whole += size;
      if (size > LARGEST_MEMBER || whole > LARGEST_WHOLE || size > LARGEST_RATIO * packed + 4096) {
        refuse("bundle_too_large", { file: name, expected: "64 MiB, 512 MiB, 200:1", found: `${packed} → ${size}` });
      }
      const data = local + 30 + nameLength;
      const same = [
        [0, 32, 0x04034b50], [6, 16, field(8, 16)], [8, 16, method], [14, 32, crc], [18, 32, packed], [22, 32, size],
        [26, 16, nameLength], [28, 16, 0],
      ].every(([offset, bits, value]) => {
        const place = local + offset;
        return (bits === 16 ? view.getUint16(place, true) : view.getUint32(place, true)) === value;
      });
      const sameName = hex(bytes.subarray(local + 30, data)) === hex(nameBytes);
      if (field(42) !== local || data + packed > start || !same || !sameName) wrong(name);
      this.#members.set(name, { method, crc, size, data: [data, data + packed] });
      [at, local, last] = [at + 46 + nameLength, data + packed, name];
    }
    if (at !== end || local !== start) wrong("directory");
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
