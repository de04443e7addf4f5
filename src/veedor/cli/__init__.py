"""The command line: thin shells, one file per command group, each handler calls one public verb."""
