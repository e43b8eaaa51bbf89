"""Review: what a pull request would change, and how its reviewers are reported."""
