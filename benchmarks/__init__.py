"""Speed and memory, each figure with the command that gives it."""
