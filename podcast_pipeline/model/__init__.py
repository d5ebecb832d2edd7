"""The values that flow through the house: frozen, parsed once at the rim, never re-checked inside."""
