"""How much this month, is it normal, will reactive energy be charged, are the data whole?"""
