"""A copy to keep: a text, or what changed in it, as a PDF that can be filed and read aloud (PDF/A-2a, PDF/UA-1)."""
