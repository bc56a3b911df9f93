import { describe, expect, it } from 'vitest';
import { peersExitCode } from '../../bench/peers/exit-code.ts';
import { counterpartOf, peerTolerance } from '../../bench/peers/fair-pairs.ts';
import { onnxRuntime } from '../../bench/peers/onnxruntime.ts';
import { outputError } from '../../bench/peers/output-error.ts';
import type { PeerRow } from '../../bench/peers/peers-record.ts';

const PACKED = { weights: 'packed', accuracy: 'float' } as const;
const PACKED_INT8 = { weights: 'packed', accuracy: 'int8-activations' } as const;
const DENSE = { weights: 'dense', accuracy: 'float' } as const;

describe('a fair pair', () => {
  it.each([
    [PACKED, 'f32', { activation: 'f32', output: 'f32', claim: 'same-bits' }],
    [PACKED, 'f16', { activation: 'f16', output: 'f16', claim: 'same-bits' }],
    [PACKED_INT8, 'f32', { activation: 'i8', output: 'f32', claim: 'same-bits' }],
    [DENSE, 'f32', { activation: 'f32', output: 'f32', claim: 'memory-saving' }],
  ] as const)('of %o at %s activations has the same class on our side', (peer, activation, ours) => {
    expect(counterpartOf(peer, activation)).toEqual(ours);
  });

  it('never sets our int8 activations against float ones of a peer, nor the other way round', () => {
    for (const activation of ['f32', 'f16'] as const) {
      for (const peer of [PACKED, DENSE])
        expect(counterpartOf(peer, activation)).not.toHaveProperty('activation', 'i8');
      const int8 = counterpartOf(PACKED_INT8, activation);
      if (typeof int8 !== 'string') expect(int8.activation).toBe('i8');
    }
  });

  it('is refused with a reason where activation types differ', () => {
    expect(counterpartOf(DENSE, 'f16')).toMatch(/f32/);
    expect(counterpartOf(PACKED_INT8, 'f16')).toMatch(/int8/);
  });

  it('allows larger errors the fewer bits activations have', () => {
    expect(peerTolerance(PACKED, 'f32')).toBeLessThan(peerTolerance(PACKED, 'f16'));
    expect(peerTolerance(PACKED, 'f16')).toBeLessThan(peerTolerance(PACKED_INT8, 'f32'));
  });
});

describe('the accuracy of ONNX Runtime', () => {
  it('is that of the kernel it chose: at level 4 it may leave activations as they are', () => {
    const peer = onnxRuntime(4, undefined);
    expect(peer.accuracyOf?.(['DP4AMatMulQuantize', 'DP4AMatMulNBits'])).toBe('int8-activations');
    expect(peer.accuracyOf?.(['MatMulNBitsWideTile'])).toBe('float');
  });
});

describe('the error of an output', () => {
  it('is taken relative to the largest magnitude of the product', () => {
    // Errors 1 and −2; 8 is the largest; 5 ÷ (16 + 64 + 4).
    const error = outputError(Float32Array.of(5, -10, 2), Float64Array.of(4, -8, 2));
    expect(error).toEqual({ maxRelative: 0.25, nmse: 5 / 84 });
  });

  it('is as large as records can say where an output is not finite', () => {
    expect(outputError(Float32Array.of(NaN), Float64Array.of(1))).toEqual({
      maxRelative: 1e308,
      nmse: 1e308,
    });
  });

  it('is refused for an output of another size', () => {
    expect(() => outputError(new Float32Array(2), new Float64Array(3))).toThrow(RangeError);
  });
});

describe('the exit code', () => {
  const row = (status: PeerRow['status']): PeerRow => ({
    m: 1,
    n: 1,
    k: 1,
    format: 'int4-g32',
    activation: 'f32',
    peer: { id: 'x', library: 'x', setting: '' },
    status,
  });

  it.each([
    [['compared', 'peer-failed', 'not-comparable'], 0],
    [['peer-wrong'], 0],
    [['peer-failed', 'not-comparable'], 6],
    [[], 6],
    [['compared', 'ours-failed'], 6],
    [['compared', 'ours-failed', 'ours-wrong'], 2],
  ] as const)('of %j is %i', (statuses, code) => {
    expect(peersExitCode(statuses.map(row))).toBe(code);
  });
});
