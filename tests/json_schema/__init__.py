"""JSON Schemas agree with the readers they are made from."""
