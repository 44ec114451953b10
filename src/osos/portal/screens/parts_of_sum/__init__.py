"""Of which points is a portfolio's sum made?"""
