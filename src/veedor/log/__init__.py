"""The append-only Merkle log: what anybody needs to judge it, and no more.

The files here judge bytes: tree, tiles, notes, checkpoints, proofs, cosignatures, policies, envelopes. They touch no
disk, clock or network. `folder` keeps a log as static files, `witness` is a party's own cosigning process, `page`
judges the same a second time, in a browser. Formats are C2SP's (tlog-tiles, tlog-checkpoint, signed-note, tlog-proof,
tlog-cosignature, tlog-policy, tlog-witness), DSSE, in-toto and RFC 8785, unchanged; what we chose where they leave room
is in docs/formats/log.md. The room imports the error family and nothing else of the house.
"""
