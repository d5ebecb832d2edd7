"""The loss ledger of a move: what became of each element and attribute of a feed, and what still leads there."""
