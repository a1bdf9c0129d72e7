//! Building blocks of every page; none of them knows a business word.

pub mod act;
pub mod browser;
pub mod button;
pub mod calendar;
pub mod characters;
pub mod chart;
pub mod chip;
pub mod confirm;
pub mod dialog;
pub mod figures;
pub mod form;
pub mod icon;
pub mod menu;
pub mod page;
pub mod palette;
pub mod states;
pub mod table;
pub mod toast;
pub mod words;
