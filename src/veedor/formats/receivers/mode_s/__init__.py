"""Mode S and ADS-B as receivers record it: raw frames in several wrappings, decoded here, one plot per position."""
