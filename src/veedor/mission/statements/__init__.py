"""What members sign: the closed vocabulary, the chain header, one struct per type, and the salts that bind the rest.

A type that is added here gets its struct beside those of its theme, a line in `types`, its rule and what it does in
`veedor.mission.state`, and a golden schema.
"""
