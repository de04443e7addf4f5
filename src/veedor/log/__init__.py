"""The append-only Merkle log, final in its bytes: tree, tiles, notes, checkpoints, envelopes, one writer, any reader.

Formats are C2SP's (tlog-tiles, tlog-checkpoint, signed-note), DSSE, in-toto and RFC 8785, unchanged; what we chose
where they leave room is in docs/formats/log.md. The room imports the error family and nothing else of the house.
"""
