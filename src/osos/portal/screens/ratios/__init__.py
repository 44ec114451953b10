"""Is this point heading for a charge on reactive energy, and from which hours (P-7)?"""
