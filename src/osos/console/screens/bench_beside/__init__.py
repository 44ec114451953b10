"""Where do the maker's own form and ours differ?"""
