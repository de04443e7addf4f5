// What knows further types of statements, by the rooms of the program that have some: filled in where a page is put together.
//
// A room has a name; `bodies` and `rules` by type, as here; `file`, a pattern for its files in a bundle; `judge(files, state)`,
// a list of what it says of the log; and `draw(said, means)`, the elements that show one of them.

export const ROOMS = [];
