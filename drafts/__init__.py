"""A mix before it is saved: what the listener wants of it, the preview, and each change of the draft."""
