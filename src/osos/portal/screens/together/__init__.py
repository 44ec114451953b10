"""What do all points of a portfolio use together, hour by hour?"""
