//! The identifiers of this module.

foundation::typed_id! {
    /// Identifies a process.
    ProcessId
}
