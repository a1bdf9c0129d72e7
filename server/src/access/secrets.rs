//! The secret store: envelope encryption, write-only through the portal. Secrets never leave but to the connector that uses them.
