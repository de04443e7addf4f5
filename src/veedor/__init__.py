"""Veedor: transparent joint monitoring of suspected trafficking corridors.

Start here in a notebook: ``import veedor as vd`` and then ``vd.flights("plots.csv")`` or ``vd.money("statement.xml")``.
The command line is ``veedor --help``; the way through the house is ARCHITECTURE.md.
"""

__version__ = "0.1.0"
