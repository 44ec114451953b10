"""What is this modem, what did it bring, and what hangs behind it?"""
