//! `caseclinic --version`: how old the program and its guidance are. `-V` prints the first line alone.

use jiff::civil::Date;

use super::{CommandResult, Context};
use crate::{
    knowledge::{Entry, Library},
    text::{counted, show_date},
};

/// Days from which an age is given in months.
const DAYS_TOLD: i32 = 60;

/// Prints the version, the age of the bundled guidance and how many entries are due a review.
pub(super) fn run(context: &mut Context) -> CommandResult {
    let library = context.library();
    let text = text(&library, context.today());
    Ok(context.print_text(&text)?)
}

fn text(library: &Library, today: Date) -> String {
    let mut text = format!("caseclinic {}\n", env!("CARGO_PKG_VERSION"));
    let bundled: Vec<&Entry> = library.entries().iter().filter(|entry| !entry.is_local()).collect();
    if let Some(newest) = bundled.iter().map(|entry| entry.reviewed).max() {
        let version = library.packs().iter().find(|pack| pack.is_bundled());
        text.push_str(&format!(
            "Guidance {}: {}, last reviewed on {} ({})\n",
            version.map_or("", |pack| &pack.version),
            counted(bundled.len(), "entry", "entries"),
            show_date(newest),
            age(newest, today)
        ));
    }
    let overdue = library.entries().iter().filter(|entry| entry.is_overdue(today)).count();
    text.push_str(&match overdue {
        0 => "No entry is past its review date.\n".to_owned(),
        1 => "1 entry is past its review date. To see it: caseclinic list --due\n".to_owned(),
        count => {
            format!(
                "{count} entries are past their review date. To list them: caseclinic list --due\n"
            )
        }
    });
    text
}

/// How long ago a day was: `today`, `12 days ago`, `7 months ago`.
fn age(day: Date, today: Date) -> String {
    let days = day.until(today).map_or(0, |span| span.get_days());
    match days {
        // A clock that is behind says nothing of the age.
        ..0 => "this computer’s clock is behind".to_owned(),
        0 => "today".to_owned(),
        1..DAYS_TOLD => format!("{} ago", counted(i64::from(days), "day", "days")),
        _ => format!("{} ago", counted(i64::from(days) * 12 / 365, "month", "months")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::context::fixture::TestRun;

    #[test]
    fn the_age_of_the_guidance_and_what_is_overdue_are_said_with_the_command_that_lists_it() {
        let library = Library::bundled();
        let today = library.entries().iter().map(|entry| entry.reviewed).max().expect("entries");
        let fresh = text(&library, today);
        assert!(fresh.starts_with(concat!("caseclinic ", env!("CARGO_PKG_VERSION"), "\n")));
        assert!(fresh.contains("(today)") && fresh.contains(&show_date(today)), "{fresh}");
        assert!(fresh.contains("No entry is past its review date."), "{fresh}");
        let later = today.saturating_add(jiff::Span::new().years(30));
        let old = text(&library, later);
        let all = library.entries().len();
        let overdue = format!("{all} entries are past their review date.");
        assert!(old.contains(&overdue) && old.contains("caseclinic list --due"), "{old}");
        assert!(old.contains("(360 months ago)"), "{old}");
    }

    #[test]
    fn it_is_data_on_standard_output_and_succeeds() {
        let home = tempfile::tempdir().expect("a folder");
        let (code, out, err) = TestRun::at(home.path()).run(run);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.lines().count() == 3, "{out}");
    }
}
