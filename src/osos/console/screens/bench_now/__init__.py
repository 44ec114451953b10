"""What is to be done at the bench now?"""
