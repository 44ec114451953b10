"""Which points are his, which use most, and of which is something missing?"""
