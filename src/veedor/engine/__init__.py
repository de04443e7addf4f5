"""The detector contract, stored records, partitions and the local executor (DESIGN section 8)."""
