"""What does a customer, a company or a supplier see of the points that are theirs?"""
