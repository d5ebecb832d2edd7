"""One episode put together: material that people and machines made becomes captions, notes, tags and a release."""
