"""Weave: all texts of a document in one piece of data, out of which any two are read as a redline."""
