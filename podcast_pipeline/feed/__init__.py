"""The feed: values in, RSS bytes out, and the rules that keep every client able to read them."""
