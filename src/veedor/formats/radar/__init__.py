"""What ASTERIX means: categories to plots and sensor state, editions, dates, framing. The wire itself is `asterix/`."""
