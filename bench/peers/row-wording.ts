import { formatTime, significant } from '../../src/ui/figures.ts';
import type { PeerRow } from './peers-record.ts';
import type { ProductTiming } from './time-contenders.ts';

/** The columns of a table of rows. */
export const PEER_COLUMNS = [
  'shape',
  'format',
  'activations',
  'peer',
  'its kernel',
  'our variant',
  'ours',
  'theirs',
  'ours ÷ theirs',
  'our error',
  'their error',
  '',
] as const;

/** One row as text, a cell for each of {@link PEER_COLUMNS}. */
export function peerCells({
  m,
  n,
  k,
  format,
  activation,
  peer,
  ours,
  theirs,
  ratio,
  ...row
}: PeerRow): string[] {
  return [
    `${m} × ${n} × ${k}`,
    format,
    activation,
    `${peer.library}: ${peer.setting}`,
    theirs?.kernels.join(' + ') ?? '',
    ours?.variant ?? '',
    time(ours?.timing),
    time(theirs?.timing),
    ratio ? `${significant(ratio.ratio)} [${significant(ratio.ciLow)}, ${significant(ratio.ciHigh)}]` : '',
    ours ? significant(ours.error.maxRelative, 2) : '',
    theirs ? significant(theirs.error.maxRelative, 2) : '',
    remark(row),
  ];
}

const time = (timing: Pick<ProductTiming, 'medianNs'> | undefined): string =>
  timing ? formatTime(timing.medianNs) : '';

function remark({ status, claim, reason = '' }: Pick<PeerRow, 'status' | 'claim' | 'reason'>): string {
  switch (status) {
    case 'compared':
      return claim === 'memory-saving' ? 'memory-saving, not the same bits' : 'same bits';
    case 'peer-wrong':
      return `PEER WRONG: ${reason}`;
    case 'ours-wrong':
      return `OURS WRONG: ${reason}`;
    case 'not-comparable':
      return `not compared: ${reason}`;
    case 'peer-failed':
      return `the peer failed: ${reason}`;
    case 'ours-failed':
      return `ours failed: ${reason}`;
    case 'untimed':
      return `not timed: ${reason}`;
  }
}

/** What holds for every row, a sentence a line. */
export const PEER_NOTES = [
  'Errors are the largest, as a share of max |C|. A ratio is the middle of those of the rounds with a 95 % interval; below 1 ours is faster.',
  'Each product is a pass of its own on an idle queue, timed by timestamps; passes that quantize activations count on both sides.',
  'Our variant is the fastest of those that take the problem, by a few times on this device, at its default tile.',
  'ONNX Runtime takes our codes as they are and our scales widened to the type of the activations.',
] as const;
