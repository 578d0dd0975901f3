"""Finding classes: by words, spelled well or not, and by what they are; the same on the tablet and in the cloud."""
