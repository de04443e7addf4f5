"""What people judged of findings and names, and what follows: an algebra of judgements, and signed reviews of hits."""
