"""Where does a figure come from, down to the bytes (D-34)?"""
