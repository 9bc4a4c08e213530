"""A line of words that sets the controls of a mix: no model is asked, only lists of words and a grammar."""
