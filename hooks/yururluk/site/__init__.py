"""The site's pages as plain values: which there are, their addresses and their content."""
