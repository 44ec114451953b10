"""What does the form say of this run, and what still waits for a person?"""
