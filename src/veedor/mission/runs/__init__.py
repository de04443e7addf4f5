"""Running detectors over deposits, and stating what they gave."""
