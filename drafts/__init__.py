"""Drafts of a mix: what the listener wants of it, and how it becomes what a page shows."""
