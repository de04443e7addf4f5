"""The second verifier of a log, in plain JavaScript: bytes, keys, proofs and heads; `verify.js` is the way in.

It imports nothing from outside this folder. What a mission makes of a log is judged by `mission/page`, which also joins
these modules with its own into the page that people open.
"""

from __future__ import annotations

MODULES = ("bytes", "ed25519", "merkle", "note", "verify")
"""Each imports only from those before it."""
