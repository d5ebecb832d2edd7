"""What medicine says and who says it: references, registers, citations in print, claims and how papers bear on them."""
