"""Which reads were asked for, which ran by plan, and how did they end?"""
