import { decodeLink, encodeLink, LinkError } from '../io/permalink.ts';
import type { Spec } from '../io/spec.ts';
import { FIRST_SPEC } from './first-spec.ts';

/** What the page's address names. */
export type LinkReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'spec'; readonly spec: Spec }
  | { readonly kind: 'broken'; readonly message: string };

/** Reads a fragment, `#` included; an empty one names nothing. */
export async function readLink(fragment: string): Promise<LinkReading> {
  if (fragment.length <= 1) return { kind: 'none' };
  try {
    return { kind: 'spec', spec: await decodeLink(fragment) };
  } catch (cause) {
    if (cause instanceof LinkError) return { kind: 'broken', message: cause.message };
    throw cause;
  }
}

/** Keeps the address bar in step with the experiment; the first experiment needs no fragment. */
export class LinkWriter {
  #latest = 0;

  /**
   * Puts a spec into the address without a step in the history.
   *
   * @returns why the spec fits no link, if it does not; the address then names the last that did.
   */
  async write(spec: Spec): Promise<string | undefined> {
    const turn = ++this.#latest;
    try {
      const [fragment, standard] = await Promise.all([encodeLink(spec), encodeLink(FIRST_SPEC)]);
      if (turn !== this.#latest) return undefined;
      const { pathname, search } = location;
      history.replaceState(null, '', `${pathname}${search}${fragment === standard ? '' : fragment}`);
      return undefined;
    } catch (cause) {
      if (cause instanceof LinkError) return cause.message;
      throw cause;
    }
  }
}
