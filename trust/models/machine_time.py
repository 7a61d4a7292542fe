from django.db import models


class MachineNow(models.Func):
    """The database's clock at this very call, not at the start of the transaction."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()
