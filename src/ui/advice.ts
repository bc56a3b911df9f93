import { LabError } from '../lab/lab.ts';

/** A state in which nothing can be measured: what is so, and what to do. Commands are in backticks. */
export interface Advice {
  readonly title: string;
  readonly explanation: string;
  readonly steps: readonly string[];
}

/** What a user can do about a lab that does not open. */
export const ADVICE: Readonly<Record<LabError['code'], Advice>> = {
  'no-webgpu': {
    title: 'This browser has no WebGPU',
    explanation:
      'Subbyte runs its kernels on your GPU through WebGPU, which this browser does not offer to this page.',
    steps: [
      'Open this page in Chrome or Edge 127 or newer, in Safari 26 or newer, or in Firefox 141 or newer on Windows.',
      'WebGPU needs a secure page: use https, or an address on localhost.',
      'In Chrome on Linux, start the browser with `--enable-unsafe-webgpu --enable-features=Vulkan`.',
    ],
  },
  'no-adapter': {
    title: 'No GPU adapter was found',
    explanation: 'This browser has WebGPU, but it names no GPU that this page may use.',
    steps: [
      'In Chrome on Linux, close all windows and start it with `--enable-unsafe-webgpu --enable-features=Vulkan`.',
      'See that “Use graphics acceleration when available” is on in the browser’s system settings, then restart it.',
      'Open `chrome://gpu` and look at the line “WebGPU”: it says why an adapter is blocked; a new driver often helps.',
      'Without a GPU, `--enable-unsafe-webgpu` alone gives Chrome a software adapter: results are checked the same way, only the times mean little.',
    ],
  },
  'no-device': {
    title: 'The GPU could not be opened',
    explanation: 'An adapter was found, but it did not give this page a working device.',
    steps: [
      'Close other tabs and programs that use the GPU heavily, then try again.',
      'If it stays so, restart the browser: a GPU that crashed several times is blocked until then.',
    ],
  },
};

/** What to say of an error that is none of the known ones. */
const unexpected = (cause: unknown): Advice => ({
  title: 'The lab stopped unexpectedly',
  explanation: cause instanceof Error ? cause.message : String(cause),
  steps: [
    'Try again; what you set above is kept.',
    'If it happens again, load the page anew: the link keeps everything.',
  ],
});

/** What to say of whatever a lab threw. */
export const adviceFor = (cause: unknown): Advice =>
  cause instanceof LabError ? ADVICE[cause.code] : unexpected(cause);
