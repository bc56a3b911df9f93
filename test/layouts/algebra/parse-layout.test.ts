import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatLayout } from '../../../src/layouts/algebra/format-layout.ts';
import { LayoutError } from '../../../src/layouts/algebra/layout-error.ts';
import { parseLayout } from '../../../src/layouts/algebra/parse-layout.ts';
import { layouts, rawLayouts } from './random-layouts.ts';
import { makeLayout } from '../../../src/layouts/algebra/make-layout.ts';

test('the accumulator of mma is local(2,1).spatial(8,4).local(1,2)', () => {
  expect(parseLayout('local(2,1).spatial(8,4).local(1,2)')).toEqual({
    shape: [16, 8],
    modeShape: [2, 8, 4, 2],
    spatialModes: [1, 2],
    localModes: [0, 3],
  });
});

// The vectors of Tilus, and the rules of binding.
test.each([
  ['spatial(2,4)/spatial(1,2)', 'spatial(2,2)'],
  ['spatial(2,4).local(2,1)/local(2,1)', 'spatial(2,4)'],
  ['spatial(2,4).local(2,1)/spatial(1,2).local(2,1)', 'spatial(2,2)'],
  ['spatial(32,1).local(1,32)/spatial(32,1)', 'local(1,32)'],
  ['spatial(6)/spatial(3)', 'spatial(2)'],
  ['spatial(2,12)/spatial(1,3)', 'spatial(2,4)'],
  ['spatial(2,12).local(2,3)/local(2,3)', 'spatial(2,12)'],
  ['spatial(2,12).local(2,3) \\ spatial(2,1).local(2,1)', 'spatial(1,12).local(1,3)'],
  ['local(2) * spatial(3) * local(4)', 'local(2).spatial(3).local(4)'],
  ['local(2) * (spatial(6) / spatial(3))', 'local(2).spatial(2)'],
  ['spatial(12) / spatial(3) / spatial(2)', 'spatial(2)'],
  ['spatial(12) / (spatial(3) / spatial(3))', 'spatial(12)'],
  ['(local(2,1) * spatial(1,4)).permute(1,0)', 'local(1,2).spatial(4,1)'],
  ['local(4,4).reshape(16)', 'local(16)'],
  ['local(4,4).flatten()', 'local(16)'],
  ['local(1,4).squeeze(0).unsqueeze(1)', 'local(4,1)'],
  ['column_local(2,3)', 'local(1,3).local(2,1)'],
  ['column_spatial(2,3)', 'spatial(1,3).spatial(2,1)'],
  ['spatial(2).replicated(3)', 'spatial(2)*replicated(3)'],
  [' local ( 2 , 1 ) \n . spatial(1,2)', 'local(2,1).spatial(1,2)'],
])('%s is %s', (text, same) => {
  expect(parseLayout(text)).toEqual(parseLayout(same));
});

describe('a mistake is told with its column and what was expected', () => {
  test.each([
    [
      '',
      1,
      'expected “(” or a layout (local, spatial, column_local, column_spatial, replicated), found the end.',
    ],
    ['   ', 4, 'found the end.'],
    ['lokal(2)', 1, 'found “lokal”.'],
    ['local', 6, 'expected “(” after local, found the end.'],
    ['local(2', 8, 'expected “,” or “)”, found the end.'],
    ['local(2,)', 9, 'expected a whole number, found “)”.'],
    ['local(-2)', 7, 'expected a whole number, found “-”.'],
    ['local(2.5)', 8, 'expected “,” or “)”, found “.”.'],
    ['local(2x)', 8, 'found “x”.'],
    ['local(n)', 7, 'expected a whole number, found “n”.'],
    ['local(2) local(2)', 10, 'expected a method, an operator or the end, found “local”.'],
    ['local(2).', 10, 'expected a method ('],
    ['local(2).turn(1)', 10, 'found “turn”.'],
    ['permute(1,0)', 1, 'found “permute”.'],
    ['(local(2)', 10, 'expected “)”, a method or an operator, found the end.'],
    ['local(2) + local(2)', 10, 'found “+”.'],
    ['local(2) * ', 12, 'expected “(” or a layout'],
    ['local(😀)', 7, 'found “😀”.'],
    ['local()', 1, 'at least one axis'],
    ['local(2).spatial(0)', 10, 'a size is a whole number of at least 1, not 0.'],
    ['local(2).flatten(1)', 10, 'expected none in the parentheses.'],
    ['replicated(2, 2)', 1, 'expected one number in the parentheses.'],
    ['local(2,3).permute(0)', 12, 'does not name each axis'],
    ['spatial(6) / local(3)', 12, 'spatial(6) is not a layout times local(3).'],
    ['spatial(6) \\ local(3)', 12, 'spatial(6) is not local(3) times a layout.'],
    ['local(4096,4097)', 1, 'too large'],
    ['local(4096).local(8192)', 13, 'too large'],
    ['spatial(2) * (local(99999999999999999999))', 21, 'the number 99999999999999999999 is too large.'],
    [`local(${'1,'.repeat(1000)}1)`, 1001, 'at most 1000 characters'],
  ])('%s', (text, column, message) => {
    let error: unknown;
    try {
      parseLayout(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(LayoutError);
    expect(error).toMatchObject({ column });
    expect((error as LayoutError).message).toMatch(`Column ${column}: `);
    expect((error as LayoutError).message).toContain(message);
  });

  test('whatever the text, a layout or a LayoutError with a column comes back', () => {
    const piece = fc.constantFrom(
      ...[
        'local',
        'spatial',
        'replicated',
        'permute',
        'reshape',
        'flatten',
        '(',
        ')',
        ',',
        '.',
        '*',
        '/',
        '\\',
      ],
      ...['0', '1', '2', '16', '99999999999', ' ', 'x', 'local(2,1)', 'spatial(4)', '.local(1,2)', '-'],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          parseLayout(written);
        } catch (error) {
          expect(error).toBeInstanceOf(LayoutError);
          expect((error as LayoutError).column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('deep parentheses are read', () => {
    expect(parseLayout(`${'('.repeat(400)}local(2)${')'.repeat(400)}`)).toEqual(parseLayout('local(2)'));
  });
});

describe('formatLayout', () => {
  test.each([1, 2, 3])('writes what parses back to the same layout of %i axes', (rank) => {
    fc.assert(
      fc.property(rawLayouts(rank, { copies: true }), (layout) => {
        expect(parseLayout(formatLayout(layout))).toEqual(makeLayout(layout));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    'local(2, 1).spatial(8, 4).local(1, 2)',
    'spatial(2, 12).local(2, 3)',
    'column_local(2, 3)',
    'replicated(2).local(1, 1)',
    'spatial(2).replicated(3)',
    'local(1, 1)',
    'column_spatial(4, 2, 3)',
  ])('writes %s as it is', (text) => {
    expect(formatLayout(parseLayout(text))).toBe(text);
  });

  test('writes an order that no chain over its own axes has with a reshape', () => {
    // Along axis 0 a before b, along axis 1 c before d; lanes say d before a, locals b before c.
    const layout = makeLayout({
      shape: [6, 20],
      modeShape: [2, 3, 4, 5],
      spatialModes: [3, 0],
      localModes: [1, 2],
    });
    expect(formatLayout(layout)).toBe('column_spatial(2, 1, 1, 5).local(1, 3, 4, 1).reshape(6, 20)');
  });

  test('needs the reshape seldom', () => {
    const written = fc.sample(layouts(2), { numRuns: 200, seed: 1 }).map(formatLayout);
    expect(written.filter((text) => text.includes('reshape')).length).toBeLessThan(60);
  });
});
