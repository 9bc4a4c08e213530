"""What speaks for a song: each signal gives every row of the catalogue a value from 0 to 1.

All but two are tables that a row only has to be looked up in (`Table`); how
a song sounds beside the saved songs is worked out for the best rows alone.
"""
