"""Which meter hangs here, what is agreed for the point, and which meters hung before (P-3)?"""
