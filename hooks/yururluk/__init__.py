"""yururluk: publishes legal texts and proves what was in force on any day."""
