"""The append-only Merkle log: what anybody needs to judge it, and no more.

The files here judge bytes: tree, tiles, notes, checkpoints, proofs, cosignatures, envelopes, all against keys that
they are given. They touch no disk, clock or network; `page` judges heads and proofs a second time, in a browser. Whose
keys to trust, and how many cosignatures are enough, is for `mission` to say. The next rooms, `log_folder` (a log as
static files) and `witness` (a party's own cosigning process), build on this one; nobody needs them to judge a log.
Formats are C2SP's (tlog-tiles, tlog-checkpoint, signed-note, tlog-proof, tlog-cosignature), DSSE, in-toto
and RFC 8785, unchanged; what we chose where they leave room is in docs/formats/log.md. The room imports the error
family and nothing else of the house.
"""
