import { EXIT } from '../exit-code.ts';
import type { PeerRow } from './peers-record.ts';

/** Statuses of rows in which the peer ran. */
const PEER_RAN: readonly PeerRow['status'][] = [
  'compared',
  'peer-wrong',
  'ours-wrong',
  'ours-failed',
  'untimed',
];

/**
 * The exit code of `peers`: wrong if any result of ours is; failed if a kernel of ours failed, or if no peer ran at all;
 * right where everything that could be compared was.
 */
export function peersExitCode(rows: readonly PeerRow[]): number {
  if (rows.some(({ status }) => status === 'ours-wrong')) return EXIT.wrong;
  if (rows.some(({ status }) => status === 'ours-failed')) return EXIT.failed;
  const ran = rows.some(({ status, theirs }) => PEER_RAN.includes(status) || theirs !== undefined);
  return ran ? EXIT.right : EXIT.failed;
}
