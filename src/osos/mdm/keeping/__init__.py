"""What is kept beside the blocks so that they stay true: clocks, papers, decisions, closed periods?"""
