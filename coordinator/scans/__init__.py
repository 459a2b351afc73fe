"""The self-scan on the 18 bouwstenen: rounds, answers without a name, results that hide the few."""
