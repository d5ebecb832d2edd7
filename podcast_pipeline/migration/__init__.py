"""The way in from another host: its feed becomes a show directory, its files become ours, nobody's episode is lost."""
