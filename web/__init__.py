"""What a browser asks for: pages, opinions, progress, errors, and who is at the browser."""
