"""The learning and inference core: arrays in, arrays out.

Importing this package imports neither torch nor Qt; take what you need from the modules, for example
``from core_model.predictor import Predictor``.
"""

__version__ = "0.1.0"
