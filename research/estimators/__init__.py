"""Effects with their intervals, each by a formula written out in docs/statistics.md. Pure.

The formulas are our own, so that no web process carries statsmodels or lifelines (200 MB and three
seconds each); the tests hold every one of them to those libraries.
"""

#: Rises when the same figures would give another effect or interval.
EDITION = 1
