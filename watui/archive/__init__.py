"""The archive: what was seen and what is to be sent, in one SQLite file that only its user can read.

`schema` makes and mends the file, `shapes` turns models into columns and back, `Archive` files what happens,
`Recall` reads what the first screen needs. One connection writes, on the network thread.
"""
