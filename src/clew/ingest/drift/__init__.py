"""How the form and the values of a delivery differ from its contract, and the change that would accept it."""
