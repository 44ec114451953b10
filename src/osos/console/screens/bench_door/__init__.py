"""Who may come to the bench's own pages?"""
