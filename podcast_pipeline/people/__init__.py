"""Who takes part in an episode: roles, biographies, disclosures, and the statements made of them."""
