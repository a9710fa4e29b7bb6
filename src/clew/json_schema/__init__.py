"""JSON Schema (draft 2020-12) of rules, models, their tests and laws, for editors that complete and explain."""
