"""Which runs are there, and how did each end?"""
