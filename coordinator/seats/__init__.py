"""Seats and people: appointments, deputies, attendance, and the work of who leaves."""
