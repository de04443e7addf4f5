"""Papers of flying as text: flight plans and NOTAMs."""
