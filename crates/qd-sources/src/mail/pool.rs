//! Work on several cores whose results come in the order of the work.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::git::BoxError;

/// Most threads that read; more wait for the one that keeps what they found.
const MOST: usize = 8;

/// Does `work` on each of `jobs` and hands the results to `take`, in their order. A bounded number
/// waits at any time, so that memory does not grow with the number of jobs.
///
/// # Errors
/// What `take` says; the rest of the jobs is then left undone.
pub(super) fn in_order<I: Send, O: Send>(
    jobs: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> O + Sync,
    mut take: impl FnMut(O) -> Result<(), BoxError>,
) -> Result<(), BoxError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST);
    std::thread::scope(|scope| {
        let mut inputs: Vec<SyncSender<I>> = Vec::new();
        let mut outputs: Vec<Receiver<O>> = Vec::new();
        for _ in 0..threads {
            let (input, todo) = sync_channel::<I>(1);
            let (done, output) = sync_channel::<O>(1);
            let work = &work;
            scope.spawn(move || todo.into_iter().map(work).try_for_each(|result| done.send(result)));
            inputs.push(input);
            outputs.push(output);
        }
        // The n-th job goes to the n-th worker, round and round; so do the looks for results.
        // Whoever finds nobody at the other end stops.
        scope.spawn(move || {
            let mut turn = inputs.iter().cycle();
            for job in jobs {
                if turn.next().is_none_or(|input| input.send(job).is_err()) {
                    break;
                }
            }
        });
        for output in outputs.iter().cycle() {
            let Ok(result) = output.recv() else { break };
            // Where nobody takes results any more, workers and feeder end by themselves.
            take(result)?;
        }
        Ok(())
    })
}
