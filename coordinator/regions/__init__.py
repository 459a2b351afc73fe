"""A region package in and out."""
