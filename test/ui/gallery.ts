import type { Spec } from '../../src/io/spec.ts';
import { LabError } from '../../src/lab/lab.ts';
import '../../src/ui/sb-app.ts';
import { tunableLab } from '../bench/tunable-lab.ts';
import { endedResult, FakeLab, type FakeScript, okResult, SOFTWARE, wrongResult } from './fake-lab.ts';

/** Every state of the page that does not need a GPU, by the name after `?`. */
const SCRIPTS = {
  right: {},
  slow: { stepMs: 1000 },
  software: {
    environment: SOFTWARE,
    result: (spec: Spec) => ({
      ...okResult(spec),
      warnings: ['This is a software adapter: the CPU plays the GPU.'],
    }),
  },
  wrong: { result: wrongResult },
  unsupported: {
    result: (spec: Spec) => endedResult('unsupported', 'WX · WY is 4096, and must be 1 to 1024', spec),
  },
  failed: {
    result: (spec: Spec) =>
      endedResult(
        'failed',
        'The WGSL does not compile:\nshaders/kernels/naive.wgsl:7: unresolved value',
        spec,
      ),
  },
  unconverged: {
    result: (spec: Spec) => {
      const result = okResult(spec);
      const taken = { sampling: 'slope' as const, outliers: [0, 11], throttledRounds: 2, throttled: [3, 4] };
      return {
        ...result,
        timing: { ...result.timing!, converged: false, ...taken },
        kernel: { ...result.kernel!, firstRunNs: 12.3e6 },
      };
    },
  },
  /** Every tile has one exact time. */
  tunable: {},
  'no-webgpu': { environment: new LabError('no-webgpu', 'navigator.gpu is missing') },
  'no-adapter': { environment: new LabError('no-adapter', 'requestAdapter() gave null') },
  'no-device': { environment: new LabError('no-device', 'requestDevice() failed') },
} satisfies Readonly<Record<string, FakeScript>>;

/** A state that the gallery can show. */
export type GalleryState = keyof typeof SCRIPTS;

const isState = (name: string): name is GalleryState => Object.hasOwn(SCRIPTS, name);

const wanted = location.search.slice(1);
const app = document.querySelector('sb-app')!;
const lab = new FakeLab(isState(wanted) ? SCRIPTS[wanted] : {});
app.lab = wanted === 'tunable' ? Object.assign(lab, tunableLab()) : lab;
