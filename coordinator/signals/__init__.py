"""Practice signals, from the first word to the tested answer."""
