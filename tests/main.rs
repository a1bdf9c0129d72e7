//! The one test binary: one module per domain.
