"""What does a file of profile values that came from elsewhere tell, line by line?

Registers of a meter become blocks as said, energies of a point become values added by a person (3.7.1). The
bytes of the file are kept in the ledger first; what is held is never overwritten by a file. No door is
offered here: other rooms ask `osos.mdm.imports.running`.
"""
