"""Accounts of holders that have nothing to do with each other, but for an address, officer, telephone or device, and
whose money passes among them or through them."""
