"""Powers: who may decide what, by which clauses."""
