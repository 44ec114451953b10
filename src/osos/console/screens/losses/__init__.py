"""Where is energy lost that could be recovered, and what has to be looked at in the field (D-33)?"""
