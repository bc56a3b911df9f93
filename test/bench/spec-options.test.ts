import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveOperands, resolveSpec } from '../../bench/resolve-spec.ts';
import { readSpecWords } from '../../bench/spec-options.ts';
import { splitWords } from '../../bench/split-words.ts';
import { encodeLink } from '../../src/io/permalink.ts';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { encodeSafetensors } from './safetensors.ts';

const specOf = (line: string): Promise<Spec> => resolveSpec(readSpecWords(splitWords(line)));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  await writeFile(join(folder, 'own.wgsl'), '// mine\n');
  await writeFile(
    join(folder, 'spec.json'),
    JSON.stringify({ ...DEFAULT_SPEC, m: 5, weights: 'random', n: 40, k: 50 }),
  );
  await writeFile(
    join(folder, 'record.json'),
    JSON.stringify({ results: [{ spec: { ...DEFAULT_SPEC, m: 6 } }] }),
  );
  await writeFile(join(folder, 'two.json'), JSON.stringify({ results: [{}, {}] }));
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors('w', [3, 70], new Float32Array(210)));
});
afterAll(() => rm(folder, { recursive: true }));

describe('options of an experiment', () => {
  it('default to the first card on random weights', async () => {
    expect(await specOf('')).toEqual({ ...DEFAULT_SPEC, weights: 'random', cache: 'cold' });
  });

  it('set every field of the spec', async () => {
    const line =
      '--m 16 --n 65 --k 97 --format uint8 --group K --scale f32 --zero-point --second-level none --rule ceil --layout stream --act i8 --acc f16 ' +
      '--epilogue gelu --output f16 --kernel naive --set WX=8,WY=2 --weights random --seed 9 --protocol strict --cache cold ' +
      `--wgsl ${folder}/own.wgsl`;
    expect(await specOf(line)).toEqual({
      m: 16,
      n: 65,
      k: 97,
      format: 'uint8',
      group: 'K',
      scale: 'f32',
      zeroPoint: true,
      secondLevel: 'none',
      rule: 'ceil',
      layout: 'stream',
      activation: 'i8',
      accumulator: 'f16',
      epilogue: 'gelu',
      output: 'f16',
      kernel: 'naive',
      params: { WX: 8, WY: 2 },
      weights: 'random',
      seed: 9,
      protocol: 'strict',
      cache: 'cold',
      wgsl: '// mine\n',
    });
  });

  it.each([
    ['--zero-point', { zeroPoint: true }],
    ['--zero-point --m 2', { zeroPoint: true, m: 2 }],
    ['--no-zero-point', { zeroPoint: false }],
    ['--zero-point min', { zeroPoint: 'min' }],
    ['--zero-point minus-one', { zeroPoint: 'minus-one' }],
    ['--scale u6 --second-level super', { scale: 'u6', secondLevel: 'super' }],
    ['--kernel naive --set WX=8 --set WY=4,WX=2', { kernel: 'naive', params: { WX: 2, WY: 4 } }],
    ['--rule least-squares', { rule: 'least-squares' }],
    ['--layout interleaved:order=awq', { layout: 'interleaved:order=awq' }],
    ['--layout "local(1,4).spatial(8,1).local(1,8)"', { layout: 'local(1,4).spatial(8,1).local(1,8)' }],
    ['--format table:-1,0,0.5,2', { format: 'table:-1,0,0.5,2' }],
    ['--format e3m2:bias=5,top=nan', { format: 'e3m2:bias=5,top=nan' }],
  ])('take %s', async (line, fields) => {
    expect(await specOf(line)).toEqual({ ...DEFAULT_SPEC, weights: 'random', cache: 'cold', ...fields });
  });

  it('take what a preset determines, asked for or not', async () => {
    const parts = { group: 32, scale: 'e8m0', zeroPoint: false, secondLevel: 'none', rule: 'floor' };
    expect(await specOf('--format mxfp4')).toMatchObject({ format: 'mxfp4', ...parts });
    expect(await specOf('--format mxfp4 --group 32 --scale e8m0')).toMatchObject({
      format: 'mxfp4',
      ...parts,
    });
  });

  it('say of a preset how else what was asked for can be had', async () => {
    await expect(specOf('--format mxfp4 --group 16')).rejects.toMatchObject({
      name: 'UsageError',
      hint: 'Leave --group out, or name the parts: --format e2m1 --group 16 --scale e8m0 --rule floor',
    });
  });

  it('read a spec file from before second levels and rules', async () => {
    const { secondLevel, rule, ...old } = { ...DEFAULT_SPEC, weights: 'random', m: 9 };
    await writeFile(join(folder, 'old.json'), JSON.stringify(old));
    expect(await specOf(`--spec ${folder}/old.json`)).toEqual({ ...old, secondLevel, rule });
  });

  it('take N and K from a sample', async () => {
    expect(await specOf('--weights sample:use-ffn2')).toMatchObject({ n: 512, k: 1536 });
  });

  it('take N and K from a tensor of a file', async () => {
    expect(await specOf(`--weights ${folder}/model.safetensors#w`)).toMatchObject({ n: 3, k: 70 });
  });

  it('take N and K from a named shape, which single sizes override', async () => {
    expect(await specOf('--shape edge-ragged')).toMatchObject({ n: 288, k: 1234 });
    expect(await specOf('--n 7 --shape edge-ragged')).toMatchObject({ n: 7, k: 1234 });
  });

  it('override a spec file', async () => {
    expect(await specOf(`--spec ${folder}/spec.json --m 8`)).toMatchObject({ m: 8, n: 40, k: 50 });
  });

  it('drop the sizes of a spec file whose weights they replace', async () => {
    const spec = await specOf(`--spec ${folder}/spec.json --weights sample:use-tanh`);
    expect(spec).toMatchObject({ m: 5, n: 512, k: 512 });
  });

  it('take the only experiment of a record file', async () => {
    expect(await specOf(`--spec ${folder}/record.json`)).toEqual({ ...DEFAULT_SPEC, m: 6 });
  });

  it('take a link', async () => {
    const link = `https://example.org/play/${await encodeLink({ ...DEFAULT_SPEC, m: 3 })}`;
    expect(await specOf(`--spec ${link}`)).toEqual({ ...DEFAULT_SPEC, m: 3 });
  });

  it.each([
    ['--m abc', '--m is "abc": it must be a whole number.'],
    ['--m 0', 'm is 0: it must be a whole number from 1 to'],
    ['--format int9', 'There is no element "int9": there are int1, '],
    ['--layout zigzag', 'There is no layout "zigzag": there are interleaved, '],
    ['--second-level third', 'secondLevel is "third": it must be one of none, tensor, super, double.'],
    ['--rule best', 'rule is "best": it must be one of amax, '],
    ['--zero-point less', 'zeroPoint is "less": it must be true, false, "minus-one" or "min".'],
    ['--scale u6', 'Scales of type u6 and the second level none do not go together'],
    ['--format nf4 --zero-point', 'nf4 is no integer: a stored zero point needs one'],
    ['--format mxfp4 --group 16', 'mxfp4 has group 32, and 16 was asked for.'],
    ['--format q4_k --scale f16', 'q4_k has scale u6, and f16 was asked for.'],
    ['--format q4_k --no-zero-point', 'q4_k has zero-point min, and false was asked for.'],
    ['--format nvfp4 --second-level none', 'nvfp4 has second-level tensor, and none was asked for.'],
    ['--format mxfp4 --rule ceil', 'mxfp4 has rule floor, and ceil was asked for.'],
    ['--group 1.5', '--group is "1.5"'],
    ['--kernel warp', 'There is no kernel "warp": there are auto, '],
    ['--shape nowhere', 'There is no shape "nowhere".'],
    ['--set BM', '--set has "BM": each parameter is NAME=NUMBER.'],
    ['--weights sample:none', 'There is no sample sample:none'],
    ['--weights sample:use-ffn1 --n 5', 'sample:use-ffn1 has n = 1536 and k = 512, but n = 5'],
    ['--weights /nowhere.safetensors#w', 'The weights cannot be read: ENOENT'],
    ['--spec /nowhere.json', 'the spec cannot be read: ENOENT'],
    ['--spec https://example.org/#9.abc', 'This link is of version 9'],
    ['--wgsl /nowhere.wgsl', '--wgsl cannot be read: ENOENT'],
  ])('%s is refused in a sentence', async (line, sentence) => {
    await expect(async () => specOf(line)).rejects.toThrow(sentence);
  });

  it('refuse a record of several experiments and a tensor that is not there', async () => {
    await expect(specOf(`--spec ${folder}/two.json`)).rejects.toThrow(
      'neither a spec nor a record of exactly one',
    );
    await expect(specOf(`--weights ${folder}/model.safetensors#v`)).rejects.toThrow('There is no tensor "v"');
  });
});

describe('operands of compare', () => {
  it('override the common options, each for itself', async () => {
    const common = readSpecWords(splitWords('--m 4 --kernel naive'));
    const [a, b, c] = await resolveOperands(['--m 2', `${folder}/spec.json`, ''], common);
    expect(a).toMatchObject({ m: 2, kernel: 'naive', n: 1536 });
    expect(b).toMatchObject({ m: 5, kernel: 'auto', n: 40 });
    expect(c).toMatchObject({ m: 4, kernel: 'naive' });
  });
});

describe('splitWords', () => {
  it('keeps blanks inside quotes, as a shell does', () => {
    expect(splitWords(`--wgsl "my file.wgsl"  --weights 'a b'#t ''`)).toEqual([
      '--wgsl',
      'my file.wgsl',
      '--weights',
      'a b#t',
      '',
    ]);
  });

  it('refuses a quote that is not closed', () => {
    expect(() => splitWords('--wgsl "file')).toThrow('A " is not closed');
  });
});
