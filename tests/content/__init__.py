"""The shipped content is walked: every contract, law, rule and model of this repository."""
