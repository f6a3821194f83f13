//! One scan from paths to a report: the walk through the stages.
