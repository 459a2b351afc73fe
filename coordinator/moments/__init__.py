"""Leermomenten: planned, signed up for, looked back on, and what was taken home."""
