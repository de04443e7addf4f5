"""A log as files: reading and writing the static folder, durably, and checking all of it against its signed head.

Nothing here is needed to judge a proof: the room `log` is, and imports nothing of this one.
"""
