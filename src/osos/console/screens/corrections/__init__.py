"""What became known of months that are settled, and what did the market operator say to it (D-23)?"""
