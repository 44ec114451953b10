"""Of which days, meters and losses is a balance made?"""
