import { type ByteSource, bytesSource, WeightSourceError } from '../io/source.ts';

/**
 * A file fetched whole.
 *
 * @param url absolute.
 * @throws WeightSourceError if it cannot be had.
 */
export async function fetchSource(url: string): Promise<ByteSource> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new WeightSourceError(
      `${url} could not be fetched. Is the server that served this page still running?`,
      {
        cause,
      },
    );
  }
  if (!response.ok) {
    throw new WeightSourceError(`${url} could not be fetched: the server answered ${response.status}.`);
  }
  return bytesSource(new Uint8Array(await response.arrayBuffer()));
}
