"""What follows from the readings of a point, and by which formula?

Pure: arrays and facts in, arrays and facts out. Energies are whole Wh and varh, money is Decimal, limits and
tables are dated data with the text they come from.
"""
