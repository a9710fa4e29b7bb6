"""What arrived: files waiting with their papers, the copies kept for ever, and the letters that came with them."""
