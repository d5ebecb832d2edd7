"""A track as everybody hears it: which sound of its file it is, and the one decoder that every reader uses."""
