"""Leervragen: what people on every level want to learn, what is chosen, and what came of it."""
