"""Candidates, their scores, and which of them become picks."""
