"""What a region offers to learn from, the places for learning it has, and what fits which need."""
