"""What sensors say: codecs, the wires around them, and the technician's commands.

Public names: :class:`Sample`, :class:`SensorStatus`, :func:`open_sensor` and the errors.
Nothing here imports another room of the project.
"""

from drivers.errors import DriverError, SensorAddressError
from drivers.sample import Sample
from drivers.sensor import LinkState, Sensor, SensorStatus
from drivers.wires import open_sensor

__all__ = [
    "DriverError",
    "LinkState",
    "Sample",
    "Sensor",
    "SensorAddressError",
    "SensorStatus",
    "open_sensor",
]
