//! People, signing in and out.
pub mod account;
pub mod asks;
pub mod department_form;
pub mod factors;
pub mod forgot;
pub mod import;
pub mod invites;
pub mod keys;
pub mod memberships;
pub mod people;
pub mod person_form;
pub mod sessions;
pub mod set_up;
pub mod sign_in;
pub mod sign_on;
pub mod viewing;
pub mod words;
