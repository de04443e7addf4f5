"""Ready mappings, one TOML file per public data set or export layout."""
