"""Markdown to HTML, and what is read from it: clauses, limits on work."""
