"""What sensors are and say of themselves: sites, their state hour by hour."""
