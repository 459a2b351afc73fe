"""Seeing the network as a whole: its map."""
