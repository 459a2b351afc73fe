"""Governance agreements."""
