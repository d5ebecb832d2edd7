"""From raw tracks to a measured episode file: preflight, mix, assemble, encode."""
