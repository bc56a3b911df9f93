/** Longest that the page's thread is held [ms]. */
const SLICE_MS = 12;

/** Waits, when it is called, for the page to draw, if it has not for a while; for work that comes in many small parts. */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await new Promise((done) => setTimeout(done));
    since = performance.now();
  };
}
