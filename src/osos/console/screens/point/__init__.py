"""What is a meter's whole story? (P-21)"""
