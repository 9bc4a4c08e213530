"""The songs that can be picked, and the trained model."""
