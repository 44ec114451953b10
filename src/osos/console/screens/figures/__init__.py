"""What follows from a month of a point, and by which rule (D-30 … D-32)?"""
