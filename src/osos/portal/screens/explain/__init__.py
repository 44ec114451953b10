"""Where does a figure come from, in plain words (D-34)?"""
