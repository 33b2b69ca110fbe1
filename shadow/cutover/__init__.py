"""The candidate's share of live traffic: how it is written down, and when it may change. Pure: no clock, no files."""

from shadow.cutover.decide import EXIT_CODES, Action, Evidence, Step, decide
from shadow.cutover.outlook import Outlook, outlook
from shadow.cutover.policy import ALARM, RAMP, Policy, Stage
from shadow.cutover.state import Move, Standing, State, percentage
from shadow.cutover.trail import WITHOUT_EVIDENCE, Entry, recorded
from shadow.cutover.window import Window

__all__ = [
    "ALARM",
    "EXIT_CODES",
    "RAMP",
    "WITHOUT_EVIDENCE",
    "Action",
    "Entry",
    "Evidence",
    "Move",
    "Outlook",
    "Policy",
    "Stage",
    "Standing",
    "State",
    "Step",
    "Window",
    "decide",
    "outlook",
    "percentage",
    "recorded",
]
