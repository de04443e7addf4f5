"""Cash declared at a border against cash put into accounts."""
