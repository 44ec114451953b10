"""What is wrong with one day of one point, and what is done about it (P-23)?"""
