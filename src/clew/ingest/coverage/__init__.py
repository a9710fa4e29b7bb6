"""What a dataset is known to hold: totals that agree, certificates by region and month, volumes."""
