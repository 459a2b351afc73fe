"""Accounts, invitations, signing in."""
