//! People, signing in and out.
pub mod account;
pub mod asks;
pub mod department_form;
pub mod key_asks;
pub mod key_words;
pub mod keys;
pub mod leaving;
pub mod membership_asks;
pub mod membership_words;
pub mod memberships;
pub mod people;
pub mod person_form;
pub mod sessions;
pub mod set_up;
pub mod sign_in;
pub mod words;
