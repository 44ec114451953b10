"""What does the operator's staff see, and what can they set going?"""
