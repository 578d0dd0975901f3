"""A class as the maker makes it, on a real cloud."""

from tests.cloud_classes.conftest import short_class as short_class
