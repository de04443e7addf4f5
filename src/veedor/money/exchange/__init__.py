"""Exchange: money that changes its currency and comes back, compared by dated rates, never by guessed ones."""
