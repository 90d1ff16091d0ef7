"""The directory of a store: where it is, whom it belongs to, and the files of large entries in it."""
