import { describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Check } from '../../src/io/record.ts';
import { checkOrder } from '../../src/lab/check-order.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { LANE_PLAN, laneSubject, laneText, OUTPUT, TILE, useLaneDevice } from './lane-texts.ts';

verifyQuickly();

const never = new AbortController().signal;

const { gpu, loaded } = useLaneDevice();

/** What the check of the order says of a text, and whether the text gives the same in its own order as without a mistake. */
async function order(wgsl: string, isExact = true): Promise<Check> {
  const own = await gpu().load(LANE_PLAN, wgsl);
  try {
    await own.run(POISON_BITS);
    const right = isExact
      ? ({ kind: 'exact', output: await own.readOutput() } as const)
      : ({ kind: 'unknown' } as const);
    return await checkOrder(laneSubject(loaded(), wgsl), right, never);
  } finally {
    own.destroy();
  }
}

describe('order: a text is wrong', () => {
  test.each([
    [
      'that is right where lanes run in turn',
      TILE,
      'tile[lane] = f32(at); output[at] = tile[max(lane, 1u) - 1u];',
    ],
    [
      'that relies on the last lane to write last',
      'var<workgroup> last : u32;',
      'last = lane; workgroupBarrier(); output[at] = f32(last);',
    ],
  ])('%s', async (_, declarations, body) => {
    for (const isExact of [true, false]) {
      expect(await order(laneText(declarations, body), isExact)).toMatchObject({
        check: 'order',
        outcome: 'failed',
        says: /lanes of each workgroup (reversed|rotated|shuffled)/,
      });
    }
  });
});

describe('order: nothing changes', () => {
  test('with barriers where they belong', async () => {
    const body = 'tile[lane] = f32(at); workgroupBarrier(); output[at] = tile[63u - lane];';
    expect(await order(laneText(TILE, body))).toMatchObject({ check: 'order', outcome: 'passed' });
  });

  test('where a place, an index and a place among all are those of one lane', async () => {
    const wgsl = `
${OUTPUT}
struct Given { @builtin(local_invocation_id) place : vec3<u32>, @builtin(global_invocation_id) id : vec3<u32> }
var<workgroup> tile : array<f32, 64>;
@workgroup_size(8, 4, 2) @compute
fn main(given : Given, @builtin(local_invocation_index) index : u32, @builtin(workgroup_id) group : vec3<u32>) {
  let own = given.place.x + 8u * given.place.y + 32u * given.place.z;
  tile[index] = f32(own);
  workgroupBarrier();
  let same = all(given.id == group * vec3<u32>(8u, 4u, 2u) + given.place);
  output[group.x * 64u + index] = select(-1.0, tile[own], same);
}
`;
    expect(await order(wgsl)).toMatchObject({ check: 'order', outcome: 'passed' });
  });

  test('or the check is not made, where sums by atomics round as they come', async () => {
    const body = 'atomicStore(&sum, lane); output[at] = 1.0;';
    const wgsl = laneText('var<workgroup> sum : atomic<u32>;', body);
    expect(await order(wgsl, false)).toMatchObject({ outcome: 'not made', says: /sums by atomics/ });
    expect(await order(wgsl)).toMatchObject({ outcome: 'passed' });
  });

  test('or the check is not made, where subgroups tie lanes to their places', async () => {
    const wgsl = `enable subgroups;\n${laneText('', 'output[at] = subgroupBroadcastFirst(f32(lane));')}`;
    const check = await checkOrder(
      laneSubject(loaded(), wgsl),
      { kind: 'exact', output: new Float32Array() },
      never,
    );
    expect(check).toMatchObject({ outcome: 'not made', says: /subgroupBroadcastFirst ties/ });
  });
});
