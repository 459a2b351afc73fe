"""Standing tables and their meetings."""
