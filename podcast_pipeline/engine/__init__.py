"""What is stale, why, and how it is made again. Knows nothing about podcasts."""
