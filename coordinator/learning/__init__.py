"""What the region learns, with whom, and what came of it; and who should learn together."""
