"""The desk: the whole show in the browser, and what people write of an episode, changed at the playhead."""
