"""What would this customer's own use cost under three rates, and under one?"""
