//! Which bytes are worth parsing.
