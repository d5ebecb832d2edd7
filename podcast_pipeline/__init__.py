"""From raw recordings to a feed people can subscribe to, for people who must be right."""

__version__ = "0.1.0"
