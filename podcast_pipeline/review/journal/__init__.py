"""What people did, line by line, and the state that it adds up to."""
