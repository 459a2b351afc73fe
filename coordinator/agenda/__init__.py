"""Meetings, what is on them, and what came of it."""
