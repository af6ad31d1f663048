//! The templates that come with the program, each with its fictional worked example.

/// A template inside the program.
#[derive(Clone, Copy, Debug)]
pub struct BundledTemplate {
    /// The template's id.
    pub id: &'static str,
    /// The path it is kept under, for problems.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The path of its worked example.
    pub example_file: &'static str,
    /// The worked example's text.
    pub example: &'static str,
}

/// Every template inside the program, in the order they are offered.
pub fn bundled_templates() -> &'static [BundledTemplate] {
    &[BundledTemplate {
        id: "peer-case-clinic",
        file: "clinic_templates/peer-case-clinic.toml",
        text: include_str!("../../clinic_templates/peer-case-clinic.toml"),
        example_file: "clinic_templates/examples/peer-case-clinic.toml",
        example: include_str!("../../clinic_templates/examples/peer-case-clinic.toml"),
    }]
}
