"""The site's pages as plain values: which there are, where they stand and what they tell."""
