import { UsageError } from '../usage-error.ts';
import { whyUnwritable } from '../why-unwritable.ts';

/** What to say of a journal that cannot be written. @param reason half a sentence. */
export const unwritableJournal = (path: string, reason: string): UsageError =>
  new UsageError(`The journal ${path} cannot be written: ${reason}.`, 'Name another one: --journal FILE');

/** Sees before an engine opens that a journal can be written. @throws UsageError if it cannot. */
export async function checkJournal(path: string): Promise<void> {
  const reason = await whyUnwritable(path, 'are-made');
  if (reason !== undefined) throw unwritableJournal(path, reason);
}
