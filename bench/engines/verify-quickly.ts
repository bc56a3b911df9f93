/**
 * Makes a software driver in this process verify many kernels sooner, at the price of slow products; to be called before the
 * driver is loaded. Never where times are taken.
 */
export function verifyQuickly(): void {
  // Mesa reads it when its driver is loaded: without LLVM's optimizer a kernel is compiled in less than half the time
  // (lavapipe 25.0.7, cold: tiled 0.9 for 1.8 s, gemv 0.25 for 1 s; November 2026). Other drivers ignore it.
  process.env['GALLIVM_PERF'] ??= 'nopt';
  // Half as wide vectors take a third less time to compile (tiled 1.8 for 2.6 s of a core, gemv 0.5 for 0.7 s).
  process.env['LP_NATIVE_VECTOR_WIDTH'] ??= '128';
  pollPatiently();
}

/** Milliseconds between two looks. */
const PAUSE_MS = 1;

/**
 * Dawn for Node looks whether a device is done by `setImmediate`, again and again, and so takes a whole core from a driver
 * that compiles on the same CPU: 60 % of the process's time over `verify --all`. A timer lets the driver have it.
 */
function pollPatiently(): void {
  const { __promisify__ } = globalThis.setImmediate;
  const later = (callback: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Timeout =>
    setTimeout(callback, PAUSE_MS, ...args);
  Object.assign(globalThis, { setImmediate: Object.assign(later, { __promisify__ }) });
}
