//! `caseclinic clinic formats`: the meeting formats a clinic can be started in.

use serde_json::json;

use crate::{
    cli::{command_error::CommandResult, context::Context},
    clinic::{Language, MeetingFormat, formats},
    services::{local_formats, templates_folder},
    text::wrap,
};

/// Columns of what a format is for, beside its indent.
const PURPOSE_COLUMNS: usize = 76;

/// `caseclinic clinic formats`
#[derive(Debug, clap::Args)]
pub(crate) struct FormatsArgs {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
}

/// Prints the formats of the program, then local ones; a local file that cannot be used is named with
/// its first problem.
pub(crate) fn run(args: &FormatsArgs, context: &mut Context) -> CommandResult {
    let folder = templates_folder(&context.paths()?);
    let bundled = formats(Language::En).into_iter().map(|format| (format, false));
    let (mut all, mut broken) = (bundled.collect::<Vec<_>>(), Vec::new());
    for local in local_formats(&folder) {
        match local.format {
            Ok(format) => all.push((format, true)),
            Err(why) => broken.push((local.file, why)),
        }
    }
    if args.json {
        let formats: Vec<_> = all
            .iter()
            .map(|(format, is_local)| {
                json!({
                    "id": format.id,
                    "title": format.title,
                    "minutes": format.minutes,
                    "purpose": format.purpose,
                    "audience": format.audience,
                    "local": is_local,
                })
            })
            .collect();
        let broken: Vec<_> = broken
            .iter()
            .map(|(file, why)| json!({ "file": file, "problem": why.to_string() }))
            .collect();
        let whole = json!({ "schema": 1, "formats": formats, "broken": broken });
        return Ok(context.print_json(&whole)?);
    }
    for (format, is_local) in all {
        let MeetingFormat { id, title, minutes, purpose, .. } = format;
        let local = if is_local { " (local)" } else { "" };
        context.print(format!("{id:<24} {minutes:>3} min  {title}{local}"))?;
        for range in wrap(&purpose, PURPOSE_COLUMNS) {
            context.print(format!("    {}", purpose[range].trim_end()))?;
        }
    }
    for (file, why) in broken {
        context.say(format!("{file} cannot be used: {why}"))?;
    }
    Ok(())
}
