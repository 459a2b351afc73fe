"""The organisations in the network."""
