"""Files that are received and sent: their names, how they are written and read, and which one is meant."""
