"""The life of an agreement: put before the parties, objected to, signed or refused, ratified."""
