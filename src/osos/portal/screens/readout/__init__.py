"""What did the last readout say, register by register (P-4)?"""
