"""Learning goals: small and concrete, few at a time, with what came of them."""
