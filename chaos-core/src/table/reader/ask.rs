//! Which HEAD to believe.

use super::{Reader, Trouble};
use crate::clock::Now;
use crate::table::Consistency;
use crate::table::flip::Read;
use crate::table::head::Head;

/// Every so-manieth poll reads HEAD itself, whichever copy is ours, so that a
/// hand edit of that one item is heard by all.
const OWN_COPY_BUT: u64 = 16;

impl Reader {
    /// Asks for HEAD, and puts in force what follows from it.
    pub(super) async fn ask(&mut self, now: Now) -> Result<(), Trouble> {
        let environment = &self.options.environment;
        // The first answer must not be an old one: there is nothing to hold it against.
        // And where HEAD itself was found to be broken, no copy makes up for it.
        let (copy, consistency) = match self.asked && !self.is_broken() {
            true => (self.copy(), Consistency::Eventual),
            false => (0, Consistency::Strong),
        };
        let mut read = self.store.read_head(environment, copy, consistency).await?;
        self.asked = true;
        if consistency == Consistency::Eventual && self.is_doubtful(&read) {
            let environment = environment.clone();
            self.halt_if_in_doubt(&read);
            read = self.store.read_head(&environment, 0, Consistency::Strong).await?;
        }
        match read {
            Read::Head(item) => self.believe(item.head, now).await,
            Read::Unreadable(problem) => {
                self.nothing(format!("HEAD cannot be understood, and nothing is injected: {problem}"));
                Ok(())
            }
            Read::Missing => {
                let environment = &self.options.environment;
                let there = if self.seen > 0 { "is gone from" } else { "is not in" };
                self.nothing(format!("the environment `{environment}` {there} the table"));
                Ok(())
            }
        }
    }

    /// Whether HEAD was there, and was gone or not to be understood since.
    fn is_broken(&self) -> bool {
        self.note.is_some() && self.seen > 0
    }

    /// Which copy of HEAD to read.
    fn copy(&self) -> u32 {
        // Not the same poll in every process, or those that began together would all come at once.
        match self.polls.wrapping_add(self.roll(1) % OWN_COPY_BUT).is_multiple_of(OWN_COPY_BUT) {
            true => 0,
            false => u32::try_from(self.options.instance % u64::from(self.shards)).unwrap_or(0),
        }
    }

    /// Whether an eventually consistent answer may be an old one, or a copy
    /// that was left behind. One strong read of HEAD itself then tells.
    fn is_doubtful(&self, read: &Read) -> bool {
        let Read::Head(item) = read else { return self.seen > 0 || matches!(read, Read::Unreadable(_)) };
        let edited = |believed: &Head| believed.generation == item.head.generation && *believed != item.head;
        // After a restore, what was seen before it may still be answered for a while.
        let of_before = self.restored && item.head.generation == self.seen;
        of_before || item.head.generation < self.seen || self.believed.as_ref().is_some_and(edited)
    }

    async fn believe(&mut self, head: Head, now: Now) -> Result<(), Trouble> {
        if self.applied.as_ref() == Some(&head) && !self.must_look_again(&now) {
            return Ok(());
        }
        if head.generation < self.seen {
            self.restored = true;
            self.nothing(format!(
                "HEAD is at generation {}, older than {}, which was seen: restored from a backup? Nothing is \
                 injected until the next write passes it",
                head.generation, self.seen
            ));
            return Ok(());
        }
        self.restored = false;
        self.apply(head, now).await
    }
}
