"""What a prefix of the log says: a pure fold, the same for everybody who has the prefix.

Nothing here reads a file, a key or a clock.
"""
