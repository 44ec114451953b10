"""Which screens does the panel have?"""
