"""How much of what a sender calls complete may be believed: volumes, expectations, doubts, acceptances."""
