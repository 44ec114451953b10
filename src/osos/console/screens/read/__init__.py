"""How does one read come along, while somebody watches?"""
