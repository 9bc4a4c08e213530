"""Library songs found in the catalogue."""
