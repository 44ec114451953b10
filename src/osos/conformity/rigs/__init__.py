"""Who carries out acts in front of a real meter: a person, or a programmable source?"""

from osos.conformity.rigs.page import ActsDesk
from osos.conformity.rigs.person import PersonRig
from osos.conformity.rigs.practice import PracticeRig
from osos.conformity.rigs.source import SourceRig
from osos.conformity.rigs.terminal import Terminal

__all__ = ["ActsDesk", "PersonRig", "PracticeRig", "SourceRig", "Terminal"]
