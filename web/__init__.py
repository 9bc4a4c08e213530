"""What a browser asks for: pages, sessions, errors and progress."""
