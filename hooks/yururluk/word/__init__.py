"""Word files: redlines with tracked changes, drafts to Word and back."""
