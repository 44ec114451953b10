"""Who called without being admitted, and what did it say?"""
