"""Who holds accounts, what they pay, and what of it is laundering or merely looks like it."""
