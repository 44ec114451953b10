"""What does each group of the form do to a meter? One file a group, one function a step."""
