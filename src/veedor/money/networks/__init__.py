"""Patterns over several accounts: who pays whom, when and how much, in one time-sorted graph for all of them."""
