//! Chat: messages of Slack and Mattermost, as rows of `chat_messages`.
//!
//! An export is what a workspace's owner can have without a program of ours in the workspace. It is
//! read where it lies, packed or unpacked. Slack can be asked too, by an app of the company's own; a
//! message that both tell is the same row. Of each message are kept who wrote it where, whom it
//! names, who reacted, the beginning of its own words and the sentences of them that ask something.
//! What is told of something that cannot be read is where it stands, never what it says.

pub mod api;
mod archive;
mod mattermost;
mod message;
mod mrkdwn;
mod slack;
mod sync;

#[cfg(test)]
mod tests;

pub use sync::{Options, Synced, sync};
