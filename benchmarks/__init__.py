"""Speed and memory, each figure with the command that prints it."""
