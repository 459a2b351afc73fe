"""The invented regions that `make run` shows: their packages, their people and their story."""
