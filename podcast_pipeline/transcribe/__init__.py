"""From tracks to words with speakers and doubts: recognisers, crosstalk, diarization, flags for an editor."""
