"""The start page of each role, and the pages about the service."""
