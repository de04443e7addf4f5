"""A log as files: reading and writing the static folder, durably, and checking all of it against its signed head.

Nothing here is needed to judge a proof; what is, lies beside this room and imports nothing of it.
"""
