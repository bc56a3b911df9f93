import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { RecordSchema } from '../../src/io/record.ts';
import { openDawn } from '../support/dawn.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

const lab = labOn(openDawn);

const never = new AbortController().signal;

describe('a comparison', () => {
  test('has a result for each spec, and a verdict for each right one against the first', async () => {
    const wrong = (await listing(lab, spec())).replace(/run < PADDED_K \/ 8u;/, 'run < 8u;');
    const specs = [
      spec({ m: 32, n: 96, k: 128 }),
      spec({ m: 32, n: 96, k: 128, params: { WX: 32, WY: 2 } }),
      spec({ wgsl: wrong }),
      spec({ params: { WX: 4096 } }),
    ];
    const record = await lab.compare(specs, never, () => undefined);
    expect(record.results.map(({ status }) => status)).toEqual(['ok', 'ok', 'wrong', 'unsupported']);
    expect(record.comparisons.map(({ a, b }) => [a, b])).toEqual([[0, 1]]);
    const { ratio, ciLow, ciHigh } = record.comparisons[0]!;
    expect(ratio).toBeGreaterThan(0);
    expect(ciLow).toBeLessThanOrEqual(ciHigh);
    expect(v.safeParse(RecordSchema, JSON.parse(JSON.stringify(record))).success).toBe(true);
  });

  test('calls a kernel that does twice the work slower', async () => {
    // Deep, so that the work is most of the time.
    const base = spec({ m: 16, n: 64, k: 2048 });
    // Each sum is computed again, and stored if it is the same, which it is.
    const twice = (await listing(lab, base)).replace(
      'store1(m, n, sum);',
      `var again = 0.0;
  for (var run = 0u; run < PADDED_K / 8u; run++) { again = add_run(again, m, n, run); }
  if (again == sum) { store1(m, n, sum); }`,
    );
    const record = await lab.compare([base, { ...base, wgsl: twice }], never, () => undefined);
    expect(record.results.map(({ status }) => status)).toEqual(['ok', 'ok']);
    const { verdict, marginPct, ciHigh } = record.comparisons[0]!;
    expect(ciHigh).toBeGreaterThan(1.2);
    // Where others keep the cores busy, the margin of noise is wider than the difference.
    expect(['SLOWER', ...(marginPct > 30 ? ['UNCLEAR'] : [])]).toContain(verdict);
  });
});
