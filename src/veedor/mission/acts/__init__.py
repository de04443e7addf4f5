"""What members say beside handing in and running: keys, proposals, looks, attestations, labels, payloads."""
