"""The assignment of the leercoördinator: who gave it, for what, until when."""
