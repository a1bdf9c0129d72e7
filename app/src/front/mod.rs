//! What is around and before the domains' pages: the frame with its navigation, and the start page.

pub mod frame;
pub mod home;
pub mod home_parts;
pub mod places;
pub mod words;
