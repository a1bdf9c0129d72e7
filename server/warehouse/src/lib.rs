//! Lake, warehouse and governed queries.
