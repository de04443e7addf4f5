"""What a screen or a report shows: one pure function per view, one struct out; every renderer draws only these."""
