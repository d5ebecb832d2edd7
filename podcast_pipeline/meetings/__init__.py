"""The schedule of meetings of a society, as people and spreadsheets write it: read, and what is odd is said."""
