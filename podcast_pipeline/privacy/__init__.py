"""What may identify a patient, found in a sentence: each kind in its own file, all of them asked by `screen`."""
