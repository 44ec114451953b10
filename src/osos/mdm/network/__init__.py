"""What goes in and comes out of each place of the network, and where is recoverable energy lost (D-33)?

`count_some` and `look_some` are jobs; pages read what they keep.
"""
