//! What `conforme explain` says of a rule, a requirement or a proof; the documentation of the rules is made of the
//! same texts.

mod examples;
mod page;
mod requirement;
mod rule;

pub use examples::{Example, of_class, of_rule};
pub use page::{Line, Page};
pub use requirement::requirement;
pub use rule::{families, markdown, rule};
