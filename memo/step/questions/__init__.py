"""What a step is asked besides its results: why a call would run, what an edit changes, how it is doing."""
