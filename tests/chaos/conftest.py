"""Where do the chaos tests find each other? They import nothing of osos, only their own folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
