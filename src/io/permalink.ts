import { decodeBase64Url, encodeBase64Url } from './base64url.ts';
import { DEFAULT_SPEC, parseSpec, type Spec, SpecError, SpecSchema } from './spec.ts';

/** A link that names no experiment, or an experiment that no link can hold. The message is for users. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/**
 * The format of links: `#1.` and the spec's JSON, fields that equal {@link DEFAULT_SPEC} left out, deflated, base64url.
 * A change of DEFAULT_SPEC changes what such links mean: it needs a new version that reads this one's defaults.
 */
const VERSION = 1;

/** The longest JSON that a link may hold [bytes]; a small link could otherwise inflate to gigabytes. */
const MAX_BYTES = 1 << 20;

/**
 * The fragment, `#` included, that names an experiment. Equal specs give equal fragments.
 *
 * @throws LinkError if the spec is too long for a link, which only its WGSL can make it.
 */
export async function encodeLink(spec: Spec): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(differences(spec)));
  if (json.length > MAX_BYTES) {
    throw new LinkError(
      `This experiment takes ${String(json.length)} bytes, and a link holds ${String(MAX_BYTES)}: save its spec as a file.`,
    );
  }
  const deflated = await pump(new CompressionStream('deflate-raw'), json);
  return `#${String(VERSION)}.${encodeBase64Url(deflated)}`;
}

/**
 * The experiment that a link names.
 *
 * @param link a whole address or its fragment, with or without the `#`.
 * @throws LinkError if the link is damaged, of an unknown version, or names an invalid spec.
 */
export async function decodeLink(link: string): Promise<Spec> {
  const fragment = link.slice(link.indexOf('#') + 1);
  const [, version, payload] = /^(\d+)\.([^.]*)$/.exec(fragment) ?? [];
  if (version === undefined || payload === undefined) {
    throw new LinkError(
      'This link names no experiment: after its # there must be 1. and letters, digits, - or _.',
    );
  }
  if (Number(version) !== VERSION) {
    throw new LinkError(
      `This link is of version ${version.slice(0, 20)}, and this page reads version ${String(VERSION)}.`,
    );
  }
  const differing = await decodeJson(payload);
  try {
    return parseSpec({ ...DEFAULT_SPEC, ...differing });
  } catch (error) {
    if (error instanceof SpecError)
      throw new LinkError(`This link's experiment cannot be run. ${error.message}`);
    throw error;
  }
}

/** The fields in which a spec differs from the default, in the schema's order. */
function differences(spec: Spec): Record<string, unknown> {
  const canonical: Spec = { ...spec, params: sorted(spec.params) };
  const keys = Object.keys(SpecSchema.entries) as (keyof Spec)[];
  return Object.fromEntries(
    keys
      .filter((key) => JSON.stringify(canonical[key]) !== JSON.stringify(DEFAULT_SPEC[key]))
      .map((key) => [key, canonical[key]]),
  );
}

const sorted = (params: Spec['params']): Spec['params'] =>
  Object.fromEntries(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));

async function decodeJson(payload: string): Promise<object> {
  const damaged = new LinkError('This link is damaged: perhaps a part of it was cut off when it was copied.');
  const deflated = decodeBase64Url(payload);
  if (!deflated) throw damaged;
  try {
    const json = await pump(new DecompressionStream('deflate-raw'), deflated);
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (error instanceof LinkError) throw error;
  }
  throw damaged;
}

/**
 * Sends bytes through a stream.
 *
 * @throws LinkError if more than {@link MAX_BYTES} come out, without reading the rest; the stream's error if it refuses them.
 */
async function pump(
  stream: CompressionStream | DecompressionStream,
  input: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter();
  // A refusal of the input is seen by the reader as well; here it must only not be left unhandled.
  const written = Promise.allSettled([writer.write(input), writer.close()]);
  const reader = stream.readable.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    chunks.push(step.value);
    size += step.value.length;
    if (size > MAX_BYTES) {
      await reader.cancel();
      throw new LinkError(
        `This link holds more than ${String(MAX_BYTES)} bytes, more than any experiment needs.`,
      );
    }
  }
  await written;
  const output = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    output.set(chunk, offset);
    offset += chunk.length;
  }
  return output;
}
