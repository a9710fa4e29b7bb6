"""Declared normalisations of delivered text, as SQL, and the strict way from text to typed values."""
