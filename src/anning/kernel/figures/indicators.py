"""The indicators the installed domains declare, evaluated for a viewer and a period."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.module import Indicator, Module
from anning.kernel.figures.measures import Measure
from anning.kernel.figures.period import Period
from anning.kernel.figures.selectors import Figure

Reading = Figure | Measure


@dataclass(frozen=True)
class Evaluated:
    """An indicator with what was read; `good` of the indicator says whether its fall or its rise is good news."""

    module: Module
    indicator: Indicator
    reading: Reading

    @property
    def news(self) -> int:
        """+1 good news, −1 bad, 0 when chance alone could do it or it is neither."""
        return self.indicator.good * self.reading.verdict


def evaluate(viewer: Viewer, period: Period, module: str = "") -> list[Evaluated]:
    """Every declared indicator (of one module when named), within the viewer's scope."""
    return [
        Evaluated(found, indicator, source(indicator)(viewer, period))
        for found in registry.modules()
        for indicator in found.indicators
        if not module or found.code == module
    ]


def source(indicator: Indicator) -> Callable[[Viewer, Period], Reading]:
    """The selector an indicator names."""
    package, name = indicator.source.rsplit(".", 1)
    found: Callable[[Viewer, Period], Reading] = getattr(import_module(package), name)
    return found
