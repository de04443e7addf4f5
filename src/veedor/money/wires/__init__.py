"""Transfers between banks: what their messages say of the parties, differ in, or leave out. See wire_stripping.py."""
