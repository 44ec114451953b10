"""What goes into each zone, feeder and transformer and comes out at none of their meters (D-33)?"""
