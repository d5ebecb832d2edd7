"""Where a journal is open: begun, asked, written, judged and signed."""
