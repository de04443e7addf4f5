"""What radars and receivers see of flights, and how they fall short."""
