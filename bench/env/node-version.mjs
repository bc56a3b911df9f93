/** The least version that Vite runs on. */
const LEAST = [20, 19];

/** Ends the process with a clear sentence where Node is too old for anything else to work. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  console.error(
    `Subbyte needs Node ${LEAST.join('.')} or newer; this is ${process.versions.node}. Get a newer one from https://nodejs.org.`,
  );
  process.exit(6);
}
