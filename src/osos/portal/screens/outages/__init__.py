"""When was this point without supply (P-11)?"""
