// The sentences of findings by key, [English, Spanish], from the catalogue of the program: filled in where a page is put together.
//
// They are words and no judgement: what was proved is the key and its values, and a key without a sentence shows as itself.

export const SENTENCES = Object.create(null);
