"""Which modems are there, when were they heard, and what hangs behind them?"""
