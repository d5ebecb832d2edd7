"""`python -m podcast_pipeline` is the command `podcast`."""

from podcast_pipeline.cli import run

run()
