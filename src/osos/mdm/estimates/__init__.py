"""What is put where nothing was measured, by which method, from what (D-20, D-21)?

Each method is a pure function in a file of its own; `ladder` tries them in their order, `running` writes down
what was chosen. No door is offered here: other rooms ask `osos.mdm.estimates.running`.
"""
