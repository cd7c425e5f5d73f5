"""TaskTalk: chat bots written in BASIC, whose conversations and tasks survive anything.

The packages lie at the top of the repository and are linked here, so that an installation claims one name only.
"""

from pathlib import Path

__version__ = "0.1.0"

_HERE = Path(__file__).resolve().parent
if not (_HERE / "interpreter" / "__init__.py").exists():
    # A clone without symbolic links (Windows): the packages are found where they really are.
    __path__.append(str(_HERE.parent))
