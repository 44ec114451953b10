"""What did this point use in each hour, and what did its registers show (*Saatlik (YKP)*, P-5)?"""
