"""How much each month, by tariff, with which maximum demand (P-9)?"""
