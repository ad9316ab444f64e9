"""The table of models: `MODELS`, in the order of the picker.

To add a model, copy an entry in `current.py`, change every value, and write in `source` where
the values come from and the date of that page. Prices are USD per million tokens and are stored
field by field: the discount for cache reads differs between models and must not be derived.
A value that no source states is left out, which means "unknown".
"""

from workbench.catalogue.data.current import CURRENT
from workbench.catalogue.data.legacy import DEPRECATED, LEGACY
from workbench.catalogue.data.retired import RETIRED
from workbench.catalogue.model import Model

MODELS: tuple[Model, ...] = (*CURRENT, *LEGACY, *DEPRECATED, *RETIRED)
