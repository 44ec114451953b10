"""Which metering points are there, and where is the one somebody asks about?"""
