//! The search worker: reads the knowledge base, opens the index, answers the newest question.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, Sender},
    },
    thread,
};

use crate::{
    app::{Asker, Message},
    knowledge::Library,
    search::{Filters, Options, Searcher},
};

/// Hits shown at most.
const LIMIT: usize = 50;

/// A question to the knowledge base.
pub(super) struct Question {
    pub(super) generation: u64,
    pub(super) text: String,
    pub(super) filters: Filters,
    pub(super) by: Asker,
}

/// Starts the worker. It ends when nobody asks any more.
pub(super) fn start(
    packs: PathBuf,
    cache: PathBuf,
    asked: Receiver<Question>,
    messages: Sender<Message>,
) -> io::Result<()> {
    thread::Builder::new().name("search".into()).spawn(move || {
        let library = Arc::new(Library::with_packs(&packs));
        if messages.send(Message::LibraryRead(Arc::clone(&library))).is_err() {
            return;
        }
        let searcher = Searcher::open(&library, Some(&cache));
        let notice = searcher.notice().map(str::to_owned);
        if messages.send(Message::IndexReady(notice)).is_err() {
            return;
        }
        // Nobody types as fast as this.
        searcher.warm_up();
        while let Ok(question) = asked.recv() {
            for question in newest(question, &asked) {
                let options = Options { limit: LIMIT, filters: question.filters, typing: true };
                let results = Arc::new(searcher.search(&question.text, &options));
                let answer =
                    Message::Searched { generation: question.generation, results, by: question.by };
                if messages.send(answer).is_err() {
                    return;
                }
            }
        }
    })?;
    Ok(())
}

/// Of all the questions that wait, the newest of each asker: an answer to an older one would be
/// thrown away.
fn newest(first: Question, asked: &Receiver<Question>) -> Vec<Question> {
    let mut waiting = vec![first];
    while let Ok(question) = asked.try_recv() {
        waiting.retain(|older| older.by != question.by);
        waiting.push(question);
    }
    waiting
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn question(generation: u64, by: Asker) -> Question {
        Question { generation, text: String::new(), filters: Filters::default(), by }
    }

    #[test]
    fn the_newest_question_of_each_asker_wins() {
        let (send, receive) = channel();
        for (generation, by) in
            [(2, Asker::SearchScreen), (7, Asker::Guidance), (3, Asker::SearchScreen)]
        {
            send.send(question(generation, by)).expect("the receiver is there");
        }
        let kept: Vec<u64> = newest(question(1, Asker::SearchScreen), &receive)
            .iter()
            .map(|question| question.generation)
            .collect();
        assert_eq!(kept, [7, 3]);
    }
}
