"""What receivers of ADS-B, Mode S and AIS write: lines, frames, JSON and traces."""
