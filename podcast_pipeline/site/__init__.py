"""The page of an episode and the pages beside it: values in, HTML out, readable without JavaScript."""
