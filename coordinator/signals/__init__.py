"""Practice signals: given in own words, read, sent on their way, answered and tested."""
