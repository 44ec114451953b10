"""Which days of which points ask for a look (P-23)?"""
