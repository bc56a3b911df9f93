import { describe, expect, test } from 'vitest';
import { edited } from '../../../src/kernels/wgsl-text/edits.ts';
import { reachedFrom, readModule, textOf } from '../../../src/kernels/wgsl-text/module.ts';
import { referencesIn } from '../../../src/kernels/wgsl-text/references.ts';

const WGSL = `enable f16;
// A comment; with a semicolon.
const TABLE = array<f32, 2>(1.0, f(2.0;)[0]);
alias Quad = vec4<f32>;
struct Inputs { @builtin(workgroup_id) group : vec3<u32>, @builtin(num_workgroups) groups : vec3<u32>, }
@group(0) @binding(1) var<storage, read> given : array<u32>;
@group(0) @binding(5) var<storage, read_write> output : array<f32>;
var<workgroup> tile : array<array<Quad, 4>, (2 > 1) * 8>;
var<private> count : u32;
const_assert 1 < 2;
fn used(a : ptr<function, u32>) -> u32 { return deep(*a); }
fn deep(a : u32) -> u32 { return a; }
fn unused() { used(); }
@compute @workgroup_size(8, 4)
fn main(inputs : Inputs, @builtin(local_invocation_index) lane : u32) { var x = lane; _ = used(&x); }`;
const module = readModule(WGSL);

describe('a module', () => {
  test('has the declarations that transforms look at', () => {
    expect([...module.aliases].map(([name, type]) => [name, textOf(module, type)])).toEqual([
      ['Quad', 'vec4<f32>'],
    ]);
    expect([...module.workgroup].map(([name, type]) => [name, textOf(module, type)])).toEqual([
      ['tile', 'array<array<Quad, 4>, (2 > 1) * 8>'],
    ]);
    expect([...module.written]).toEqual(['output']);
    expect([...module.functions.keys()]).toEqual(['used', 'deep', 'unused', 'main']);
    expect(module.structs.get('Inputs')!.map(({ name, builtin }) => [name, builtin])).toEqual([
      ['group', 'workgroup_id'],
      ['groups', 'num_workgroups'],
    ]);
  });

  test('has functions with attributes, parameters and a body', () => {
    const { attributes, parameters, body } = module.functions.get('main')!;
    expect(textOf(module, attributes)).toBe('@compute @workgroup_size(8, 4)');
    expect(parameters.map(({ name, builtin, type }) => [name, builtin, textOf(module, type)])).toEqual([
      ['inputs', undefined, 'Inputs'],
      ['lane', 'local_invocation_index', 'u32'],
    ]);
    expect(textOf(module, body)).toBe('var x = lane; _ = used(&x);');
    expect(reachedFrom(module, 'main').map(({ name }) => name)).toEqual(['main', 'used', 'deep']);
  });

  test('is not what has no end', () => {
    expect(() => readModule('fn main() {\n  (')).toThrow('line 1 has no bracket');
  });
});

describe('references', () => {
  const found = (body: string, parameters = ''): number => {
    const own = readModule(`var<workgroup> tile : u32;\nfn main(${parameters}) { ${body} }`);
    const wanted = { kind: 'module', has: (name: string) => own.workgroup.has(name) } as const;
    return referencesIn(own, own.functions.get('main')!, wanted).length;
  };

  test.each([
    ['tile = tile + 1;', 2],
    ['s.tile = 1;', 0],
    ['let tile = tile; f(tile);', 1],
    ['{ var<function> tile = 1; f(tile); } f(tile);', 1],
    ['for (var tile = tile; tile < 4; tile++) { f(tile); } f(tile);', 2],
    ['for (var i = 0; i < 4; i++) { let tile = i; { f(tile); } } f(tile);', 1],
    ['if (tile == 1) { const tile = 2; f(tile); } else { f(tile); }', 2],
  ])('%s has %i', (body, count) => {
    expect(found(body)).toBe(count);
  });

  test('are none to what a parameter hides', () => {
    expect(found('f(tile);', 'tile : u32')).toBe(0);
  });
});

test('an edited text keeps its lines', () => {
  const own = readModule('fn a() {\n  b(1,\n    2);\n  c();\n}');
  const at = own.tokens.findIndex(({ text }) => text === 'b');
  expect(edited(own, [{ from: at, to: at + 6, text: 'd()' }])).toBe('fn a() {\n  d()\n;\n  c();\n}');
});
