//! `caseclinic clinic keep`: how long a note is kept.

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    services::find_note,
    text::{clean_line, parse_date, show_date},
    vault::{Hold, Retention},
};

/// `caseclinic clinic keep`
#[derive(Debug, clap::Args)]
pub(crate) struct KeepArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// The class in your retention schedule
    #[arg(long)]
    class: Option<String>,
    /// The date to decide whether the note is still needed, such as 2032-11-22
    #[arg(long, value_name = "DATE")]
    review: Option<String>,
    /// Place a legal hold, so that the note cannot be erased, and give the reason
    #[arg(long, value_name = "REASON", conflicts_with = "release")]
    hold: Option<String>,
    /// Release the legal hold
    #[arg(long)]
    release: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Sets what is given, and prints how long the note is kept.
pub(crate) fn run(args: KeepArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let review = args.review.map(|text| {
        let message = format!("“{text}” is not a date.");
        let error = CommandError::usage(message).hint("Write it like 22 Nov 2032.");
        parse_date(&text).ok_or(error)
    });
    let review = review.transpose()?;
    let id = find_note(&vault, &args.note)?;
    let before = vault.retention(id)?;
    let hold = match args.hold {
        Some(reason) => Some(Hold { reason, since: context.now() }),
        None => before.hold.clone().filter(|_| !args.release),
    };
    let changed = Retention {
        class: args.class.or(before.class.clone()),
        review: review.or(before.review),
        hold,
    };
    if changed != before {
        vault.set_retention(id, &changed)?;
    }
    let class = changed.class.as_deref().map_or("none".to_owned(), clean_line);
    let review = changed.review.map_or("none".to_owned(), show_date);
    let hold = changed.hold.map_or("no".to_owned(), |hold| clean_line(&hold.reason));
    context.print(format!("Retention class  {class}"))?;
    context.print(format!("Review date      {review}"))?;
    Ok(context.print(format!("Legal hold       {hold}"))?)
}
