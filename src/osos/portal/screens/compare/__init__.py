"""How do a few of a company's sites compare in one month?"""
