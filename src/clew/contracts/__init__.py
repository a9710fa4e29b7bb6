"""Data contracts: ODCS files read into Contracts, and Contracts turned into checks and expectation suites."""
