import { isPowerOfTwo } from '../base/integers.ts';
import { type Constraint, fitsInvocations } from './constraint.ts';
import type { Tile } from './tile.ts';

type RegisterTiled = Tile & Readonly<Record<'BM' | 'BN' | 'TM' | 'TN', number>>;

/** Invocations of a workgroup, each of which has TM × TN outputs of the workgroup's BM × BN. */
export const tileThreads = ({ BM, BN, TM, TN }: RegisterTiled): number => (BM / TM) * (BN / TN);

/** What every kernel with register tiles needs: whole tiles of 4 or 8, whose invocations fit the device. */
export const registerTileConstraints = <T extends RegisterTiled>(): readonly Constraint<T>[] => [
  {
    says: ({ TM, TN }) => `TM and TN must be 4 or 8, and are ${TM} and ${TN}`,
    holds: ({ TM, TN }) => [4, 8].includes(TM) && [4, 8].includes(TN),
  },
  {
    says: ({ BM, BN }) => `BM and BN must be powers of two, and are ${BM} and ${BN}`,
    holds: ({ BM, BN }) => isPowerOfTwo(BM) && isPowerOfTwo(BN),
  },
  {
    says: ({ BM, BN, TM, TN }) => `TM divides BM and TN divides BN; they are ${TM}, ${BM} and ${TN}, ${BN}`,
    holds: ({ BM, BN, TM, TN }) => BM >= TM && BN >= TN,
  },
  fitsInvocations<T>(
    '(BM / TM) · (BN / TN)',
    tileThreads,
    'take a smaller tile or more outputs an invocation',
  ),
];
