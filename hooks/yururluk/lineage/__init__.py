"""Lineage: what became of each clause from release to release."""
