"""The parts of the report, one file each: what the part says, already worded, and how it is said of a study."""
