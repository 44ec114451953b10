"""Does this meter do what form EK-2 of TEDAŞ-MLZ/2017-062.A asks?"""
