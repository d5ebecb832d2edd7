"""Where every episode stands and who is waited for: one value for the terminal, the printed board and the browser."""
