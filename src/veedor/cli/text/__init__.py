"""What commands print, as sentences; the structs behind come from `views`."""
