"""Who is signed in, in which language and look, and how does he leave?"""
