//! `caseclinic clinic formats`, `new`, `follow-up` and `resume`: a meeting begins or goes on, on the
//! screens or as a conversation.

use serde_json::{Value, json};

use super::{
    CommandError, CommandResult, Context, NoteArgs, PassphraseSource, open_note, require_format,
};
use crate::{
    app::AfterUnlock,
    cli::{conversation, screens},
    clinic::{Language, MeetingFormat, formats},
    services::{
        NoteKind, begun_follow_ups, follow_up_clinic, local_formats, new_clinic, practice_clinic,
        templates_folder, update_earlier_actions,
    },
    text::wrap,
    tui::Start,
};

/// Columns of what a format is for, beside its indent.
const PURPOSE_COLUMNS: usize = 76;

/// Prints the formats of the program, then local ones; a local file that cannot be used is named with
/// its first problem.
pub(crate) fn list_formats(json: bool, context: &mut Context) -> CommandResult {
    let folder = templates_folder(&context.paths()?);
    let bundled = formats(Language::En).into_iter().map(|format| (format, false));
    let (mut all, mut broken) = (bundled.collect::<Vec<_>>(), Vec::new());
    for local in local_formats(&folder) {
        match local.format {
            Ok(format) => all.push((format, true)),
            Err(why) => broken.push((local.file, why)),
        }
    }
    if json {
        let format_to_json = |(format, is_local): &(MeetingFormat, bool)| {
            json!({
                "id": format.id,
                "title": format.title,
                "minutes": format.minutes,
                "purpose": format.purpose,
                "audience": format.audience,
                "local": is_local,
            })
        };
        return Ok(context.print_json(&json!({
            "schema": 1,
            "formats": all.iter().map(format_to_json).collect::<Value>(),
            "broken": broken
                .iter()
                .map(|(file, why)| json!({ "file": file, "problem": why.to_string() }))
                .collect::<Value>(),
        }))?);
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

#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// Meeting format: an id from `caseclinic clinic formats`, or a template file
    #[arg(long, value_name = "ID|FILE", default_value = "peer-case-clinic")]
    template: String,
    /// Start from a completed consultation request, and open with its answers: its case key or note id
    #[arg(long, value_name = "REQUEST", conflicts_with = "practice")]
    from: Option<String>,
    /// Practise with a fictional case; nothing is saved
    #[arg(long)]
    practice: bool,
    /// Use plain text, one question at a time, which suits screen readers
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Starts a clinic.
pub(crate) fn start(args: NewArgs, context: &mut Context) -> CommandResult {
    let NewArgs { template, from, practice, plain, key } = args;
    if let Some(note) = from {
        let (template, of) = (Some(template), NoteArgs { note, key });
        return follow_up(FollowUpArgs { template, another: true, plain, of }, context);
    }
    require_format(&template, context)?;
    let folder = templates_folder(&context.paths()?);
    match (plain, practice) {
        (true, true) => conversation::hold(None, practice_clinic(&template, &folder)?, context),
        (true, false) => {
            let vault = context.open_vault(key.passphrase_fd)?;
            let (id, session) = new_clinic(&template, &folder, &vault)?;
            conversation::hold(Some((id, vault)), session, context)
        }
        (false, true) => {
            screens::open(Start { practice: Some(template), ..Start::default() }, context)
        }
        (false, false) => {
            screens::open_after_unlock(AfterUnlock::StartClinic(template), key, context)
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct FollowUpArgs {
    /// Meeting format, if not the usual one: an id, or a template file
    #[arg(long, value_name = "ID|FILE")]
    template: Option<String>,
    /// Start another follow-up, although one was started and is not completed
    #[arg(long, requires = "plain")]
    another: bool,
    /// Use plain text, one question at a time, which suits screen readers
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    of: NoteArgs,
}

/// Starts a follow-up. Fails if one was already started, and another is not asked for.
pub(crate) fn follow_up(args: FollowUpArgs, context: &mut Context) -> CommandResult {
    let FollowUpArgs { template, another, plain, of: NoteArgs { note, key } } = args;
    if let Some(id) = &template {
        require_format(id, context)?;
    }
    if !plain {
        let then = AfterUnlock::FollowUp { note, template };
        return screens::open_after_unlock(then, key, context);
    }
    let vault = context.open_vault(key.passphrase_fd)?;
    let begun = if another { Ok(Vec::new()) } else { begun_follow_ups(&note, &vault) };
    if let Some(begun) = begun.ok().filter(|begun| !begun.is_empty()) {
        let mut message = format!("A follow-up of {note} was already started:\n");
        for one in begun {
            let (id, words) = (one.note, one.words(&context.local));
            let resume = format!("`caseclinic clinic resume {id} --plain`");
            message.push_str(&format!("  {words}. To continue it: {resume}\n"));
        }
        message.push_str("To start another one, add --another.");
        return Err(CommandError::failed(message));
    }
    let folder = templates_folder(&context.paths()?);
    let (id, session) = follow_up_clinic(&note, template.as_deref(), &folder, &vault)?;
    conversation::hold(Some((id, vault)), session, context)
}

#[derive(Debug, clap::Args)]
pub(crate) struct ResumeArgs {
    /// Case key, such as HERON-42, or note id; leave it out to choose from the list of notes (not
    /// with --plain)
    note: Option<String>,
    /// Use plain text, one question at a time, which suits screen readers
    #[arg(long, requires = "note")]
    plain: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Continues a clinic where it was left.
pub(crate) fn resume(args: ResumeArgs, context: &mut Context) -> CommandResult {
    match args.note {
        Some(name) if args.plain => {
            let vault = context.open_vault(args.key.passphrase_fd)?;
            let mut opened = open_note(&vault, &name, NoteKind::Draft, context)?;
            update_earlier_actions(&vault, &mut opened);
            conversation::hold(Some((opened.id, vault)), opened.session, context)
        }
        note => {
            let then = note.map_or(AfterUnlock::ListNotes, AfterUnlock::OpenNamed);
            screens::open_after_unlock(then, args.key, context)
        }
    }
}
