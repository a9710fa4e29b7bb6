"""What the models find, miss and wrongly say: on planted provinces, whole and with gaps, and on data made elsewhere."""
