"""Word files, because lawyers live there: redlines as tracked changes, drafts to Word and back."""
