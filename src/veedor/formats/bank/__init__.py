"""Files of banks: ISO 20022 statements and transfers, SWIFT MT, tables; readers, and encoders for the simulator."""
