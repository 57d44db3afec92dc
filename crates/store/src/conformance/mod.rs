//! (being written) The suite.
