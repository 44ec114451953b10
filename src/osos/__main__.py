"""`python -m osos`: the same as the command `osos`."""

from osos.cli import main

main()
