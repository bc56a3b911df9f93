import { type ByteSource, bytesSource, WeightSourceError } from '../io/source.ts';

/**
 * A file on a server: read by ranges where the server offers them, else fetched whole.
 *
 * @param url absolute.
 * @throws WeightSourceError if it cannot be had.
 */
export async function fetchSource(url: string): Promise<ByteSource> {
  const { headers } = await ask(url, { method: 'HEAD' });
  const size = Number(headers.get('Content-Length'));
  if (headers.get('Accept-Ranges') !== 'bytes' || !(size > 0)) {
    return bytesSource(new Uint8Array(await (await ask(url, {})).arrayBuffer()));
  }
  return {
    size,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > size) {
        throw new RangeError(
          `bytes ${offset} to ${offset + length} are not inside ${url}, which has ${size}`,
        );
      }
      if (length === 0) return new Uint8Array(0);
      const range = `bytes=${offset}-${offset + length - 1}`;
      const bytes = await (await ask(url, { headers: { Range: range } })).arrayBuffer();
      if (bytes.byteLength === length) return new Uint8Array(bytes);
      throw new WeightSourceError(
        `${url} could not be read: it gave ${bytes.byteLength} of ${length} bytes.`,
      );
    },
  };
}

async function ask(url: string, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, request);
  } catch (cause) {
    throw new WeightSourceError(
      `${url} could not be fetched. Is the server that served this page still running?`,
      { cause },
    );
  }
  if (response.ok) return response;
  throw new WeightSourceError(`${url} could not be fetched: the server answered ${response.status}.`);
}
