import { describe, expect, test } from 'vitest';
import { LayoutError } from '../../src/layouts/algebra/layout-error.ts';
import { FREE_LAYOUTS, LAYOUT_NAMES, parseLayout } from '../../src/layouts/registry.ts';
import { KNOWN_LAYOUTS } from './known-layouts.ts';

test('the default is interleaved', () => {
  expect(LAYOUT_NAMES[0]).toBe('interleaved');
});

test.each(LAYOUT_NAMES)('%s has a name and a summary of its own', (name) => {
  const layout = parseLayout(name);
  expect(layout.name).toBe(name);
  expect(layout.summary).toMatch(/^[A-Z].*[.]$/u);
  const others = LAYOUT_NAMES.filter((other) => other !== name);
  expect(others.map((other) => parseLayout(other).summary)).not.toContain(layout.summary);
});

test.each(KNOWN_LAYOUTS)('%s is one layout however often it is read', (name) => {
  expect(parseLayout(name)).toBe(parseLayout(name));
});

test('reading more layouts than are remembered changes none', () => {
  const before = parseLayout('interleaved:planes=2+4');
  for (let size = 1; size <= 300; size++) parseLayout(`local(1,${size})`);
  const { name, summary, order, placement } = parseLayout('interleaved:planes=2+4');
  expect({ name, summary, order, placement }).toEqual(before);
});

describe('modifiers', () => {
  test('may come in any order', () => {
    const { order } = parseLayout('stream:msb,order=awq,planes=2+1');
    expect(parseLayout('stream:planes=2+1,order=awq,msb').order).toEqual(order);
    expect(order).toEqual({ ends: 'msb', permutation: [0, 2, 4, 6, 1, 3, 5, 7], planes: [2, 1] });
  });

  test('of an order may be its eight digits', () => {
    expect(parseLayout('stream:order=04152637').order).toEqual(parseLayout('stream:order=dp4a').order);
  });

  test('leave the other choices as they are', () => {
    const plain = parseLayout('interleaved').order;
    expect(plain).toEqual({ ends: 'lsb', permutation: [0, 1, 2, 3, 4, 5, 6, 7], planes: undefined });
    expect(parseLayout('interleaved:msb').order).toEqual({ ...plain, ends: 'msb' });
    expect(parseLayout('interleaved:planes=4+4').order).toEqual({ ...plain, planes: [4, 4] });
  });
});

describe('a written layout', () => {
  const tileOf = (name: string): { columns: number; depth: number; addresses: number[] } => {
    const { placement } = parseLayout(name);
    if (placement.kind !== 'tiles') throw new Error(`${name} has no tiles`);
    const { columns, depth } = placement;
    const addresses = Array.from({ length: columns * depth }, (_, i) =>
      placement.address(Math.floor(i / depth), i % depth),
    );
    return { columns, depth, addresses };
  };

  test('has the size of its tile', () => {
    expect(tileOf('local(2,2).spatial(8,4).local(1,2)')).toMatchObject({ columns: 16, depth: 16 });
    expect(tileOf('marlin')).toMatchObject({ columns: 64, depth: 16 });
  });

  // Two lanes of 16 codes: by itself in vectors of 8, so lane 1 begins at 8 and the second half of lane 0 at 16.
  test('is stored in vectors of 8 codes where 8 divides what a lane holds', () => {
    const { addresses } = tileOf('spatial(2,1).local(1,16)');
    expect([addresses[0], addresses[8], addresses[16], addresses[24]]).toEqual([0, 16, 8, 24]);
    expect(tileOf('spatial(2,1).local(1,16):vector=8').addresses).toEqual(addresses);
  });

  test('is stored in whole lanes where 8 does not', () => {
    const { addresses } = tileOf('spatial(2,1).local(1,12)');
    expect([addresses[0], addresses[8], addresses[12]]).toEqual([0, 8, 12]);
    expect(tileOf('spatial(2,1).local(1,12):vector=12').addresses).toEqual(addresses);
    expect(tileOf('spatial(2,1).local(1,12):vector=4').addresses).not.toEqual(addresses);
  });
});

describe('what is no layout is refused, saying what is wrong and what there is', () => {
  test.each([
    ['', 'There is no layout ""'],
    ['row-major', 'There is no layout "row-major"'],
    ['Interleaved', 'There is no layout "Interleaved"'],
    ['constructor', 'There is no layout "constructor"'],
    ['marlin:msb', 'There is no layout "marlin:msb"'],
    ['interleaved:', '"" changes no layout: there are msb, order=… and planes=A+B of at most 8 bits in all.'],
    ['interleaved:lsb', '"lsb" changes no layout'],
    ['interleaved:msb=1', '"msb=1" changes no layout'],
    ['interleaved:msb:order=awq', '"msb:order=awq" changes no layout'],
    ['interleaved: msb', '" msb" changes no layout'],
    ['stream:order', 'The order "" must be awq, dp4a or the digits 0 to 7 in any order.'],
    ['stream:order=awk', 'The order "awk" must be'],
    ['stream:order=awq=1', 'The order "awq=1" must be'],
    ['stream:order=toString', 'The order "toString" must be'],
    ['stream:order=01234566', 'The order "01234566" must be'],
    ['stream:order=012345678', 'The order "012345678" must be'],
    ['stream:order= 1234567', 'The order " 1234567" must be'],
    ['stream:planes=4', '"planes=4" changes no layout'],
    ['stream:planes=0+4', '"planes=0+4" changes no layout'],
    [
      'stream:planes=4+5',
      '"planes=4+5" changes no layout: there are msb, order=… and planes=A+B of at most 8 bits',
    ],
    ['stream:planes=2+4+', '"planes=2+4+" changes no layout'],
    ['stream:msb,msb', 'A layout takes "msb" once.'],
    ['stream:planes=2+4,order=awq,planes=4+2', 'A layout takes "planes" once.'],
    ['local(4,', 'Column 9: expected a whole number, found the end.'],
    ['interleaved(4)', 'Column 1: expected “(” or a layout'],
    ['local(8)', 'a tile of weights has two axes, n and k; this layout has 1.'],
    ['local(2,2).replicated(2)', 'this layout puts them in 2 lanes (replicated).'],
    ['local(1,8):msb', '"msb" changes no written layout: there is vector=CODES'],
    ['local(1,8):vector=', '"vector=" changes no written layout'],
    ['local(1,8):vector=8:vector=4', '"vector=8:vector=4" changes no written layout'],
    ['local(1,8):vector=3', 'a vector of 3 does not divide the 8 codes that each lane holds.'],
    ['local(1,8):vector=0', 'a vector of 0 does not divide the 8 codes'],
    ['spatial(2,1).local(3,2):vector=3', 'would cut the mode of 2'],
    [
      'local(2048,1024)',
      'A tile of 2048 × 1024 codes is larger than 1048576: take a smaller one, tiles repeat.',
    ],
  ])('%s', (name, message) => {
    expect(() => parseLayout(name)).toThrow(LayoutError);
    expect(() => parseLayout(name)).toThrow(message);
  });

  test('the message about a name lists all there are', () => {
    const message = `there are ${LAYOUT_NAMES.join(', ')}, and ${FREE_LAYOUTS}.`;
    expect(() => parseLayout('nowhere')).toThrow(message);
  });

  test('the examples of the message are layouts', () => {
    const written = /local\(1,4\)\S*(?=,)/u.exec(FREE_LAYOUTS)?.[0] ?? '';
    expect(parseLayout(written).placement).toMatchObject({ kind: 'tiles', columns: 8, depth: 32 });
  });
});
