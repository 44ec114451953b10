"""What happened when: power, reactive power, voltage, current and power factor on one time line (P-8)?"""
