//! The search worker: reads the knowledge base, opens the index, answers the newest question, and
//! keeps bookmarks, recent searches and settings.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{Receiver, Sender},
    },
    thread,
};

use crate::services::bookmarks::BookmarksFile;
use crate::{
    app::{Message, SearchOrigin},
    search::{Filters, Options, Passage, Searcher},
    services::{AppPaths, BookmarkChange, SettingsFile, library_of},
    tui::message_queue::{MessageSender, NobodyListens},
};

const MAX_HITS: usize = 50;

/// Queries offered instead of one that found nothing.
const OFFERED: usize = 3;

/// A question to the knowledge base.
pub(super) struct Question {
    pub(super) generation: u64,
    pub(super) text: String,
    pub(super) filters: Filters,
    pub(super) by: SearchOrigin,
}

pub(super) enum Request {
    Answer(Question),
    /// Guidance on a passage, by the number of the passage.
    Suggest(u64, Passage),
    /// A change of bookmarks or recent searches is to be kept.
    Keep(BookmarkChange),
    ReadSettings,
    /// The value that a setting is to have, by its name.
    ChangeSetting(&'static str, &'static str),
}

/// Starts the worker. It ends when nobody asks any more, and then lets go of `ending`.
pub(super) fn start(
    paths: &AppPaths,
    requests: Receiver<Request>,
    messages: MessageSender,
    ending: Sender<()>,
) -> io::Result<()> {
    let paths = paths.clone();
    let bookmarks = BookmarksFile::in_folder(&paths.data);
    let settings = SettingsFile::in_folder(&paths.config);
    let work = move || -> Result<(), NobodyListens> {
        let _until_the_end = ending;
        messages.send(Message::BookmarksRead(bookmarks.read()))?;
        let library = Arc::new(library_of(&paths));
        messages.send(Message::LibraryRead(Arc::clone(&library)))?;
        let searcher = Searcher::open(&library, Some(&paths.cache));
        messages.send(Message::IndexReady(searcher.notice().map(str::to_owned)))?;
        // Nobody types as fast as this.
        searcher.warm_up();
        library.warm_up();
        while let Ok(request) = requests.recv() {
            let pending = PendingRequests::of(request, &requests);
            let kept = pending.changes.iter().filter_map(|change| bookmarks.keep(change).err());
            let told = kept.map(Message::BookmarksNotSaved);
            let seen = pending.is_settings_asked.then(|| settings.read());
            let seen = seen.into_iter().map(|seen| Message::SettingsRead(Box::new(seen)));
            let changed = pending.settings.iter().map(|(name, value)| Message::SettingChanged {
                name,
                seen: settings.change(name, value).map(Box::new),
            });
            let questions = pending.questions.into_iter();
            let answers = questions.flat_map(|question| answers(&searcher, question));
            let suggested = pending.passage.into_iter().map(|(generation, passage)| {
                Message::Suggested { generation, suggestions: searcher.suggest(&passage) }
            });
            for message in told.chain(seen).chain(changed).chain(answers).chain(suggested) {
                messages.send(message)?;
            }
        }
        Ok(())
    };
    thread::Builder::new().name("search".into()).spawn(work).map(drop)
}

/// The answer, and if nothing was found, what to search for instead.
fn answers(searcher: &Searcher, question: Question) -> Vec<Message> {
    let Question { generation, text, filters, by } = question;
    let options = Options { limit: MAX_HITS, filters, typing: true };
    let results = Arc::new(searcher.search(&text, &options));
    let is_in_vain = by == SearchOrigin::SearchScreen && results.total == 0;
    let mut answers = vec![Message::Searched { generation, results, by }];
    if is_in_vain {
        let instead = searcher.nearest(&text, &options, OFFERED);
        answers.push(Message::Offered { generation, instead });
    }
    answers
}

/// What waits to be done: every change, and of the questions and passages the newest of each asker,
/// for an answer to an older one would be thrown away.
#[derive(Default)]
struct PendingRequests {
    changes: Vec<BookmarkChange>,
    is_settings_asked: bool,
    settings: Vec<(&'static str, &'static str)>,
    questions: Vec<Question>,
    passage: Option<(u64, Passage)>,
}

impl PendingRequests {
    fn of(first: Request, requests: &Receiver<Request>) -> Self {
        let mut pending = Self::default();
        for request in std::iter::once(first).chain(requests.try_iter()) {
            match request {
                Request::Keep(change) => pending.changes.push(change),
                Request::ReadSettings => pending.is_settings_asked = true,
                Request::ChangeSetting(name, value) => pending.settings.push((name, value)),
                Request::Suggest(generation, passage) => {
                    pending.passage = Some((generation, passage));
                }
                Request::Answer(question) => {
                    pending.questions.retain(|older| older.by != question.by);
                    pending.questions.push(question);
                }
            }
        }
        pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn question(generation: u64, by: SearchOrigin) -> Request {
        let filters = Filters::default();
        Request::Answer(Question { generation, text: String::new(), filters, by })
    }

    #[test]
    fn the_newest_question_of_each_asker_wins() {
        let (send, receive) = channel();
        for (generation, by) in [
            (2, SearchOrigin::SearchScreen),
            (7, SearchOrigin::Guidance),
            (3, SearchOrigin::SearchScreen),
        ] {
            send.send(question(generation, by)).expect("the receiver is there");
        }
        let pending = PendingRequests::of(question(1, SearchOrigin::SearchScreen), &receive);
        let kept: Vec<u64> = pending.questions.iter().map(|question| question.generation).collect();
        assert_eq!(kept, [7, 3]);
    }

    #[test]
    fn every_change_is_kept_in_its_order() {
        let (send, receive) = channel();
        let change = |id: &str| BookmarkChange::Marked(id.to_owned());
        send.send(question(1, SearchOrigin::Guidance)).expect("the receiver is there");
        send.send(Request::Keep(change("b"))).expect("the receiver is there");
        let pending = PendingRequests::of(Request::Keep(change("a")), &receive);
        assert_eq!(pending.changes, [change("a"), change("b")]);
        assert_eq!(pending.questions.len(), 1);
    }
}
