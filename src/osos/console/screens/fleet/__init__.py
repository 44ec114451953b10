"""Will the next deadlines be met, where is it broken, what next? (P-20)"""
