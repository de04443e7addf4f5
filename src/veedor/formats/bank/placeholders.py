"""The word that banks write where a message asks for something that they do not have: it says nothing, wherever it
stands.

A party, an account, a bank or a reference may be missing while a message's form asks for one; practice guidelines of
ISO 20022 (EPC, CBPR+) put this word there. Read as an account, it would be one that all who lack one share.
"""

from __future__ import annotations

NOT_PROVIDED = "NOTPROVIDED"
BYTES = NOT_PROVIDED.encode()


def given(text: str) -> str:
    """What a text says, without blanks around; empty where it says nothing."""
    text = text.strip()
    return "" if text == NOT_PROVIDED else text
