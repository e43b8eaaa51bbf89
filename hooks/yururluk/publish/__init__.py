"""Publishing: what should be online today, how it is built, and how it comes online in one step."""
