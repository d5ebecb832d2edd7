"""The command `podcast`: one file per group of verbs; a command parses, calls, prints."""


def main() -> None:
    """Entry point of the console script."""
    raise SystemExit(2)
