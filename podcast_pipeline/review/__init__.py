"""A person's judgement on what the machine made: the sign-off, bound to content."""
