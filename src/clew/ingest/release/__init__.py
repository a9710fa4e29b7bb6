"""The way back out of quarantine: what is set aside, what of it may be let in, and who decided."""
