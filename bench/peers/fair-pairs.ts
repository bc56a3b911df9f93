import type { ActivationType, OutputType } from '../../src/kernels/problem.ts';
import type { Peer } from './peer.ts';

/** What a kernel of ours must do to be compared with a peer, and what the comparison says. */
export interface Counterpart {
  /** How our kernel multiplies activations. */
  readonly activation: ActivationType;
  readonly output: OutputType;
  /**
   * `same-bits`: both read the same codes in the same groups, at the same accuracy. `memory-saving`: they read weights that
   * were expanded to f32; ours saves memory, and the ratio tells whether that costs time.
   */
  readonly claim: 'same-bits' | 'memory-saving';
}

/**
 * Our side of a fair pair: the same activation type and the same class of accuracy.
 *
 * @param activation how the product's activations are stored.
 * @returns why there is none, as a sentence, where there is none.
 */
export function counterpartOf(
  { weights, accuracy }: Pick<Peer, 'weights' | 'accuracy'>,
  activation: 'f32' | 'f16',
): Counterpart | string {
  if (weights === 'dense') {
    return activation === 'f32'
      ? { activation, output: 'f32', claim: 'memory-saving' }
      : 'It multiplies f32, so there is no fair pair at f16 activations.';
  }
  if (accuracy === 'float') return { activation, output: activation, claim: 'same-bits' };
  return activation === 'f32'
    ? { activation: 'i8', output: 'f32', claim: 'same-bits' }
    : 'Our int8 kernels quantize f32 activations, so there is no fair pair at f16.';
}

/** The error, as a share of max |C|, above which a peer's output is called wrong; loose, as peers' own tests are. */
export function peerTolerance({ accuracy }: Pick<Peer, 'accuracy'>, activation: 'f32' | 'f16'): number {
  if (accuracy === 'int8-activations') return 0.05;
  return activation === 'f16' ? 0.02 : 1e-4;
}
