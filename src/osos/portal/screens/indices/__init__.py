"""What did the registers show at the last month ends, and what was used in between (P-6)?"""
