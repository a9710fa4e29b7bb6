"""From received files to typed, traceable rows: land, read, repair, validate, quarantine, load, certify."""
