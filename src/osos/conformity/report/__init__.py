"""How does the filled-in form look on paper? (T-5)"""

from osos.conformity.report.pages import form_pdf
from osos.conformity.report.sheet import RATINGS, Sheet, read_sheet

__all__ = ["RATINGS", "Sheet", "form_pdf", "read_sheet"]
