"""One reader or writer for each file format."""
